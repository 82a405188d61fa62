#include "rabbitmq/topology.hpp"

#include <gtest/gtest.h>

namespace invoicing::rabbitmq {
namespace {

using namespace std::chrono_literals;

TEST(DelayQueue, IsThatOfTheSmallestStepThatIsLongEnough) {
  const RabbitOptions options;
  EXPECT_EQ(delay_queue(options, 1ms), "daily_sales_report.delay.5000ms");
  EXPECT_EQ(delay_queue(options, 5s), "daily_sales_report.delay.5000ms");
  EXPECT_EQ(delay_queue(options, 5001ms), "daily_sales_report.delay.10000ms");
  EXPECT_EQ(delay_queue(options, 15min), "daily_sales_report.delay.900000ms");
  EXPECT_EQ(delay_queue(options, 1h), "daily_sales_report.delay.3600000ms");
  EXPECT_EQ(delay_queue(options, 2h), "daily_sales_report.delay.3600000ms");
}

}  // namespace
}  // namespace invoicing::rabbitmq
