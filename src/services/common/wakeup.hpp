#pragma once
// A pause of a role's loop that somebody else can end.

#include <atomic>
#include <chrono>

#include <boost/asio/steady_timer.hpp>

#include "async/task.hpp"

namespace invoicing::services {

/// One waiting coroutine, on `executor`'s only thread; wake() from any thread.
class Wakeup {
 public:
  explicit Wakeup(Executor executor) : executor_(executor), timer_(executor) {}
  Wakeup(const Wakeup&) = delete;
  Wakeup& operator=(const Wakeup&) = delete;

  /// Returns after `most`, or earlier when woken; at once when woken since the last wait. True when
  /// woken, also where that coincides with the end of the time.
  Task<bool> wait(std::chrono::milliseconds most);

  /// Ends the present wait, or the next one. The object must live until the io_context has run what
  /// this posts.
  void wake();

 private:
  using Timer = boost::asio::basic_waitable_timer<
      std::chrono::steady_clock, boost::asio::wait_traits<std::chrono::steady_clock>, Executor>;
  Executor executor_;
  Timer timer_;
  std::atomic<bool> woken_{false};
};

}  // namespace invoicing::services
