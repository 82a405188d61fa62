#pragma once
// A clock that stands still until a test moves it.

#include <chrono>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include <boost/asio/basic_waitable_timer.hpp>

#include "ports/clock.hpp"

namespace invoicing::memory {

/// Thread-safe. Sleepers wake when the test moves the clock to their time, at once.
class ManualClock final : public Clock {
 public:
  explicit ManualClock(Instant now) : now_(now) {}

  Instant now() const override;
  Task<void> sleep_until(Instant when) override;

  void advance(std::chrono::milliseconds by);
  /// Either way.
  void set(Instant now);
  /// How many coroutines sleep.
  std::size_t sleepers() const;
  /// The earliest time that somebody sleeps until, for a simulation that jumps from event to event.
  std::optional<Instant> next_wake() const;

 private:
  using Timer = boost::asio::basic_waitable_timer<
      std::chrono::steady_clock, boost::asio::wait_traits<std::chrono::steady_clock>, Executor>;
  struct Sleeper {
    Sleeper(Instant w, const Executor& executor)
        : when(w), timer(executor, std::chrono::steady_clock::time_point::max()) {}
    Instant when;
    Timer timer;  // used on its executor only
  };

  mutable std::mutex mutex_;
  Instant now_;
  std::vector<std::shared_ptr<Sleeper>> sleepers_;
};

}  // namespace invoicing::memory
