#include "async/worker_pool.hpp"

#include <atomic>
#include <stdexcept>
#include <thread>
#include <utility>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <gtest/gtest.h>

#include "tests/support/contexts.hpp"
#include "tests/support/run_task.hpp"

namespace invoicing {
namespace {

class WorkerPoolTest : public ::testing::Test {
 protected:
  boost::asio::io_context io{1};
  testing::Contexts contexts;
};

TEST_F(WorkerPoolTest, work_runs_elsewhere_and_the_caller_goes_on_where_it_was) {
  WorkerPool pool(1, 10);
  const auto here = std::this_thread::get_id();
  auto task = [&]() -> Task<bool> {
    auto work = []() -> Result<std::thread::id> { return std::this_thread::get_id(); };
    const auto there = co_await pool.run(std::move(work));
    co_return there && *there != here&& std::this_thread::get_id() == here;
  };
  EXPECT_TRUE(testing::run(io, task()));
}

TEST_F(WorkerPoolTest, what_the_work_throws_comes_out_at_the_caller) {
  WorkerPool pool(1, 10);
  auto task = [&]() -> Task<int> {
    auto work = []() -> Result<int> { throw std::runtime_error("no"); };
    const auto result = co_await pool.run(std::move(work));
    co_return *result;
  };
  EXPECT_THROW(testing::run(io, task()), std::runtime_error);
}

TEST_F(WorkerPoolTest, a_full_queue_refuses_and_what_waits_is_done_before_the_end) {
  WorkerPool pool(1, 2);
  std::atomic<bool> open{false};
  std::atomic<bool> started{false};
  int done = 0;
  int refused = 0;
  auto call = [&]() -> Task<void> {
    auto work = [&]() -> Result<int> {
      started = true;
      while (!open) std::this_thread::yield();
      return 1;
    };
    const auto result = co_await pool.run(std::move(work));
    if (result) {
      ++done;
    } else if (result.error().code() == ErrorCode::overloaded) {
      ++refused;
    }
  };
  boost::asio::co_spawn(io, call(), boost::asio::detached);
  while (!started) io.run_one_for(std::chrono::milliseconds(1));
  for (int i = 0; i < 3; ++i) boost::asio::co_spawn(io, call(), boost::asio::detached);
  while (refused == 0) io.run_one_for(std::chrono::milliseconds(1));
  EXPECT_EQ(pool.queued(), 2u);
  open = true;
  pool.stop();
  io.restart();
  io.run();
  EXPECT_EQ(done, 3);
  EXPECT_EQ(refused, 1);
}

TEST_F(WorkerPoolTest, after_stop_a_call_is_answered_shutting_down) {
  WorkerPool pool(2, 10);
  pool.stop();
  pool.stop();
  auto task = [&]() -> Task<ErrorCode> {
    auto work = []() -> Result<int> { return 1; };
    const auto result = co_await pool.run(std::move(work));
    co_return result ? ErrorCode::internal_error : result.error().code();
  };
  EXPECT_EQ(testing::run(io, task()), ErrorCode::shutting_down);
}

TEST_F(WorkerPoolTest, many_contexts_share_a_pool) {
  WorkerPool pool(3, 1000);
  std::atomic<int> sum{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&] {
      auto& own = contexts.fresh();
      auto task = [&]() -> Task<int> {
        int mine = 0;
        for (int i = 0; i < 200; ++i) {
          auto work = [i]() -> Result<int> { return i; };
          const auto result = co_await pool.run(std::move(work));
          mine += *result;
        }
        co_return mine;
      };
      sum += testing::run(own, task());
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(sum, 8 * 199 * 100);
}

TEST(ResumptionTest, all_go_on_in_order_each_on_its_own_context) {
  boost::asio::io_context one{1};
  boost::asio::io_context two{1};
  std::vector<Resumption> waiting;
  std::vector<std::pair<int, boost::asio::io_context*>> seen;
  boost::asio::io_context* running = nullptr;
  auto wait = [&](int number) -> Task<void> {
    co_await suspend([&](Resumption resumption) { waiting.push_back(std::move(resumption)); });
    seen.emplace_back(number, running);
  };
  for (int i = 0; i < 6; ++i) {
    boost::asio::co_spawn(i % 2 == 0 ? one : two, wait(i), boost::asio::detached);
  }
  one.poll();
  two.poll();
  ASSERT_EQ(waiting.size(), 6U);
  Resumption::resume_all(std::move(waiting));
  EXPECT_TRUE(seen.empty()) << "nobody goes on in the thread that resumes";
  for (auto* context : {&one, &two}) {
    running = context;
    context->restart();
    context->run();
  }
  EXPECT_EQ(seen, (std::vector<std::pair<int, boost::asio::io_context*>>{
                      {0, &one}, {2, &one}, {4, &one}, {1, &two}, {3, &two}, {5, &two}}));
}

}  // namespace
}  // namespace invoicing
