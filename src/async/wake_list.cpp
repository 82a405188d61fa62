#include "async/wake_list.hpp"

#include <chrono>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace invoicing {

std::shared_ptr<WakeList::Waiter> WakeList::enrol(const Executor& executor) {
  auto waiter = std::make_shared<Waiter>(executor);
  const std::lock_guard lock(mutex_);
  std::erase_if(waiters_, [](const auto& entry) { return entry.expired(); });
  waiters_.push_back(waiter);
  return waiter;
}

void WakeList::notify_all() {
  const std::lock_guard lock(mutex_);
  for (const auto& entry : waiters_) {
    auto waiter = entry.lock();
    if (!waiter) continue;
    const Executor executor = waiter->timer_.get_executor();
    // In the past: ends a wait that is under way, and one that is about to begin.
    boost::asio::post(executor, [waiter] {
      waiter->timer_.expires_at(std::chrono::steady_clock::time_point::min());
    });
  }
}

WakeList::Waiter::Waiter(const Executor& executor)
    : timer_(executor, std::chrono::steady_clock::time_point::max()) {}

Task<void> WakeList::Waiter::wait() {
  const boost::asio::as_tuple_t<boost::asio::use_awaitable_t<Executor>> token;
  co_await timer_.async_wait(token);
}

}  // namespace invoicing
