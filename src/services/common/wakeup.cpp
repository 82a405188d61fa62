#include "services/common/wakeup.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace invoicing::services {

Task<bool> Wakeup::wait(std::chrono::milliseconds most) {
  if (!woken_.load()) {
    timer_.expires_after(most);
    const boost::asio::use_awaitable_t<Executor> token;
    co_await timer_.async_wait(boost::asio::as_tuple(token));
  }
  co_return woken_.exchange(false);
}

void Wakeup::wake() {
  woken_.store(true);
  boost::asio::post(executor_, [this] { timer_.cancel(); });
}

}  // namespace invoicing::services
