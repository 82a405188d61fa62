#include "services/common/wakeup.hpp"

#include <chrono>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <gtest/gtest.h>

namespace invoicing::services {
namespace {

// Waits `count` times and notes what each wait says.
Task<void> wait_often(Wakeup& wakeup, int count, std::vector<bool>& woken) {
  for (int i = 0; i < count; ++i) {
    const bool call = co_await wakeup.wait(std::chrono::milliseconds{1});
    woken.push_back(call);
  }
}

TEST(Wakeup, SaysWhetherItWasWoken) {
  boost::asio::io_context context;
  Wakeup wakeup(context.get_executor());
  std::vector<bool> woken;
  wakeup.wake();
  boost::asio::co_spawn(context, wait_often(wakeup, 3, woken), boost::asio::detached);
  context.run();
  EXPECT_EQ(woken, (std::vector{true, false, false}));
}

// The call comes when the time is over already and the waiting coroutine has not gone on yet: who
// asked a clock instead would take it for the end of the time and lose the call.
TEST(Wakeup, LosesNoCallThatComesWithTheEndOfTheTime) {
  boost::asio::io_context context;
  Wakeup wakeup(context.get_executor());
  std::vector<bool> woken;
  boost::asio::co_spawn(context, wait_often(wakeup, 1, woken), boost::asio::detached);
  boost::asio::post(context, [&] {
    const auto over = std::chrono::steady_clock::now() + std::chrono::milliseconds{5};
    while (std::chrono::steady_clock::now() < over) {
    }
    wakeup.wake();
  });
  context.run();
  EXPECT_EQ(woken, std::vector{true});
}

}  // namespace
}  // namespace invoicing::services
