#include "services/common/system_clock.hpp"

#include <algorithm>
#include <chrono>

#include <boost/asio/this_coro.hpp>

#include "services/common/wakeup.hpp"

namespace invoicing::services {

Instant SystemClock::now() const {
  return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

Task<void> SystemClock::sleep_until(Instant when) {
  const auto elapsed = [] {
    return std::chrono::floor<std::chrono::milliseconds>(
        std::chrono::steady_clock::now().time_since_epoch());
  };
  // In steps, because timers run on the monotonic clock and the wall clock may be set meanwhile.
  constexpr std::chrono::milliseconds kStep{1000};
  Wakeup timer(co_await boost::asio::this_coro::executor);
  const auto latest = elapsed() + (when - now());
  for (;;) {
    const auto left = std::min(when - now(), latest - elapsed());
    if (left <= std::chrono::milliseconds::zero()) co_return;
    co_await timer.wait(std::min(kStep, left));
    // Neither a next wait nor an exception out of it: whoever is cancelled goes on at once.
    const auto state = co_await boost::asio::this_coro::cancellation_state;
    if (state.cancelled() != boost::asio::cancellation_type::none) co_return;
  }
}

}  // namespace invoicing::services
