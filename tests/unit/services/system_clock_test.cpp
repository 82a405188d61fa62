#include "services/common/system_clock.hpp"

#include <chrono>
#include <exception>
#include <optional>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <gtest/gtest.h>

namespace invoicing::services {
namespace {

TEST(SystemClock, EndsASleepWithoutAnErrorWhenItIsCancelled) {
  boost::asio::io_context context;
  boost::asio::cancellation_signal cancel;
  SystemClock clock;
  std::optional<std::exception_ptr> ended;
  const Instant start = clock.now();
  boost::asio::co_spawn(context.get_executor(), clock.sleep_until(start + std::chrono::hours{1}),
                        boost::asio::bind_cancellation_slot(
                            cancel.slot(), [&](std::exception_ptr error) { ended = error; }));
  boost::asio::post(context, [&] { cancel.emit(boost::asio::cancellation_type::terminal); });
  context.run_for(std::chrono::seconds{10});
  ASSERT_TRUE(ended);
  EXPECT_FALSE(*ended);
}

}  // namespace
}  // namespace invoicing::services
