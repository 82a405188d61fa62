#pragma once
// Wakes coroutines that wait for something to happen, without polling.

#include <memory>
#include <mutex>
#include <vector>

#include <boost/asio/basic_waitable_timer.hpp>

#include "async/task.hpp"

namespace invoicing {

/// Thread-safe. A waiter is enrolled before it looks whether there is something for it, so that
/// what comes after the look still wakes it.
class WakeList {
 public:
  class Waiter;

  /// For the calling coroutine's executor. Ends with the pointer.
  std::shared_ptr<Waiter> enrol(const Executor& executor);
  /// Resumes every waiter that waits, and lets those enrolled pass their next wait().
  void notify_all();

 private:
  std::mutex mutex_;
  std::vector<std::weak_ptr<Waiter>> waiters_;
};

/// Used on its executor only.
class WakeList::Waiter {
 public:
  explicit Waiter(const Executor& executor);

  /// Resumes after notify_all(), or when cancelled.
  Task<void> wait();

 private:
  friend class WakeList;
  using Timer = boost::asio::basic_waitable_timer<
      std::chrono::steady_clock, boost::asio::wait_traits<std::chrono::steady_clock>, Executor>;

  Timer timer_;  // never runs out by itself
};

}  // namespace invoicing
