#include "async/pause.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace invoicing {

Task<void> pause(std::chrono::milliseconds time) {
  using Clock = std::chrono::steady_clock;
  const Executor executor = co_await boost::asio::this_coro::executor;
  boost::asio::basic_waitable_timer<Clock, boost::asio::wait_traits<Clock>, Executor> timer(
      executor, time);
  const boost::asio::as_tuple_t<boost::asio::use_awaitable_t<Executor>> token;
  co_await timer.async_wait(token);
}

}  // namespace invoicing
