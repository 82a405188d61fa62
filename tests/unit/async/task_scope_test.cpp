#include "async/task_scope.hpp"

#include <chrono>
#include <memory>
#include <stdexcept>

#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <gtest/gtest.h>

namespace invoicing {
namespace {

namespace asio = boost::asio;
using Timer = asio::basic_waitable_timer<std::chrono::steady_clock,
                                         asio::wait_traits<std::chrono::steady_clock>, Executor>;

Task<void> wait_and_count(std::chrono::milliseconds time, int& ended) {
  const Executor executor = co_await asio::this_coro::executor;
  Timer timer(executor, time);
  co_await timer.async_wait(asio::use_awaitable_t<Executor>());
  ++ended;
}

Task<void> join_and_note(TaskScope& scope, bool& joined) {
  co_await scope.join();
  joined = true;
}

class TaskScopeTest : public testing::Test {
 protected:
  asio::io_context io_;
  TaskScope scope_{io_.get_executor()};
  TaskScope outer_{io_.get_executor()};
  int ended_ = 0;
  bool joined_ = false;
};

constexpr std::chrono::hours kForever{1};

TEST_F(TaskScopeTest, JoinWaitsForEveryTask) {
  scope_.spawn(wait_and_count(std::chrono::milliseconds(1), ended_));
  scope_.spawn(wait_and_count(std::chrono::milliseconds(5), ended_));
  EXPECT_EQ(scope_.running(), 2U);
  outer_.spawn(join_and_note(scope_, joined_));
  io_.run();
  EXPECT_EQ(ended_, 2);
  EXPECT_TRUE(joined_);
  EXPECT_EQ(scope_.running(), 0U);
}

TEST_F(TaskScopeTest, JoinOfAnEmptyScopeReturnsAtOnce) {
  outer_.spawn(join_and_note(scope_, joined_));
  io_.run();
  EXPECT_TRUE(joined_);
}

TEST_F(TaskScopeTest, JoinDoesNotReturnWhileATaskRuns) {
  scope_.spawn(wait_and_count(kForever, ended_));
  outer_.spawn(join_and_note(scope_, joined_));
  io_.poll();
  EXPECT_FALSE(joined_);
}

TEST_F(TaskScopeTest, CancelEndsWhatWaits) {
  scope_.spawn(wait_and_count(kForever, ended_));
  scope_.spawn(wait_and_count(kForever, ended_));
  outer_.spawn(join_and_note(scope_, joined_));
  io_.poll();
  scope_.cancel();
  io_.run();
  EXPECT_EQ(ended_, 0);
  EXPECT_TRUE(joined_);
}

TEST_F(TaskScopeTest, CancelDoesNotConcernLaterTasks) {
  scope_.cancel();
  scope_.spawn(wait_and_count(std::chrono::milliseconds(1), ended_));
  io_.run();
  EXPECT_EQ(ended_, 1);
}

TEST_F(TaskScopeTest, ABugLeavesThroughRun) {
  scope_.spawn([]() -> Task<void> {
    throw std::logic_error("a bug");
    co_return;
  }());
  EXPECT_THROW(io_.run(), std::logic_error);
  EXPECT_EQ(scope_.running(), 0U);
}

TEST(TaskScope, MayGoBeforeTheContextThatDestroysItsTasks) {
  int ended = 0;
  auto io = std::make_unique<asio::io_context>();
  {
    TaskScope scope(io->get_executor());
    scope.spawn(wait_and_count(kForever, ended));
    io->poll();
  }
  io.reset();
  EXPECT_EQ(ended, 0);
}

}  // namespace
}  // namespace invoicing
