#include "tests/support/memory/manual_clock.hpp"

#include <algorithm>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace invoicing::memory {

Instant ManualClock::now() const {
  const std::lock_guard lock(mutex_);
  return now_;
}

Task<void> ManualClock::sleep_until(Instant when) {
  const Executor executor = co_await boost::asio::this_coro::executor;
  std::shared_ptr<Sleeper> sleeper;
  {
    const std::lock_guard lock(mutex_);
    if (now_ >= when) co_return;
    sleeper = std::make_shared<Sleeper>(when, executor);
    sleepers_.push_back(sleeper);
  }
  constexpr boost::asio::as_tuple_t<boost::asio::use_awaitable_t<Executor>> token;
  co_await sleeper->timer.async_wait(token);
  const std::lock_guard lock(mutex_);
  std::erase(sleepers_, sleeper);
}

void ManualClock::advance(std::chrono::milliseconds by) {
  set(now() + by);
}

void ManualClock::set(Instant now) {
  const std::lock_guard lock(mutex_);
  const auto set_back = std::max(now_ - now, std::chrono::milliseconds::zero());
  now_ = now;
  for (const auto& sleeper : sleepers_) {
    sleeper->when -= set_back;
    if (sleeper->when > now) continue;
    const Executor executor = sleeper->timer.get_executor();
    // In the past: ends a wait that is under way, and one that is about to begin.
    boost::asio::post(executor, [sleeper] {
      sleeper->timer.expires_at(std::chrono::steady_clock::time_point::min());
    });
  }
}

std::size_t ManualClock::sleepers() const {
  const std::lock_guard lock(mutex_);
  return sleepers_.size();
}

std::optional<Instant> ManualClock::next_wake() const {
  const std::lock_guard lock(mutex_);
  std::optional<Instant> next;
  for (const auto& sleeper : sleepers_)
    next = std::min(next.value_or(sleeper->when), sleeper->when);
  return next;
}

}  // namespace invoicing::memory
