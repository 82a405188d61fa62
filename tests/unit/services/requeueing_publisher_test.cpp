// A report that is published again is taken from the dead letters where it stands there.

#include "services/report_generator/requeueing_publisher.hpp"

#include <gtest/gtest.h>

#include "tests/support/memory/manual_clock.hpp"
#include "tests/support/memory/report_queue.hpp"
#include "tests/support/run_task.hpp"
#include "tests/support/samples.hpp"

namespace invoicing::services {
namespace {

class RequeueingPublisherTest : public ::testing::Test {
 protected:
  template <typename T>
  T run(Task<T> task) {
    return testing::run(context, std::move(task));
  }

  boost::asio::io_context context{1};
  memory::ManualClock clock{testing::at()};
  memory::MemoryReportQueue queue{clock};
  RequeueingPublisher publisher{queue, queue};
};

TEST_F(RequeueingPublisherTest, publishes_what_is_not_dead) {
  ASSERT_TRUE(run(publisher.publish({"a", "{}"})));
  EXPECT_EQ(run(queue.depth())->ready, 1);
}

TEST_F(RequeueingPublisherTest, leaves_no_dead_letter_and_no_second_message) {
  ASSERT_TRUE(run(queue.publish({"a", "{}"})));
  const auto received = *run(queue.receive(std::chrono::milliseconds{0}));
  ASSERT_TRUE(received);
  ASSERT_TRUE(run(queue.dead_letter(received->tag, "refused")));
  ASSERT_EQ(run(queue.depth())->dead, 1);
  ASSERT_TRUE(run(publisher.publish({"a", "{}"})));
  EXPECT_EQ(run(queue.depth())->dead, 0);
  EXPECT_EQ(run(queue.depth())->ready, 1);
}

}  // namespace
}  // namespace invoicing::services
