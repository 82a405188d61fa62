// Numbers that are not counted as things happen: of the disk, of the newest report, of the broker.

#include <cstdlib>
#include <string>

#include <gmock/gmock.h>

#include "services/common/disk_metrics.hpp"
#include "services/common/newest_report.hpp"
#include "services/report_generator/timed_publisher.hpp"
#include "tests/support/memory/manual_clock.hpp"
#include "tests/support/memory/report_queue.hpp"
#include "tests/support/memory/report_store.hpp"
#include "tests/support/run_task.hpp"
#include "tests/support/samples.hpp"
#include "tests/support/temp_folder.hpp"

namespace invoicing::services {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

double value_of(const ops::Metrics& metrics, const std::string& name) {
  const std::string text = metrics.text();
  const auto line = text.find("\n" + name + " ");
  if (line == std::string::npos) return -1;
  return std::strtod(text.c_str() + line + name.size() + 2, nullptr);
}

TEST(Gauges, tell_how_much_of_the_disk_is_free_and_nothing_without_one) {
  const testing::TempFolder folder;
  ops::Metrics metrics;
  add_disk_metrics(metrics, folder.path());
  EXPECT_GT(value_of(metrics, "data_disk_free_bytes"), 0);
  EXPECT_GE(value_of(metrics, "data_disk_size_bytes"), value_of(metrics, "data_disk_free_bytes"));
  ops::Metrics none;
  add_disk_metrics(none, folder.path() / "gone");
  EXPECT_THAT(none.text(), Not(HasSubstr("\ndata_disk_free_bytes ")));
}

TEST(Gauges, tell_the_last_seal_of_a_process_before) {
  boost::asio::io_context context{1};
  memory::MemoryReportStore reports;
  ops::Metrics metrics;
  Telemetry telemetry(metrics);
  testing::run(context, remember_newest_report(reports, telemetry));
  EXPECT_EQ(value_of(metrics, "last_report_sealed_timestamp_seconds"), 0);
  for (const ReportNumber number : {1, 2}) {
    SalesReport report = testing::sample_report(
        number, {testing::at(number * 1000), testing::at(number * 1000 + 1000)});
    report.generated_at = Instant(std::chrono::seconds(1000 * number));
    ASSERT_TRUE(testing::run(context, reports.seal(report, {})));
  }
  testing::run(context, remember_newest_report(reports, telemetry));
  EXPECT_EQ(value_of(metrics, "last_report_sealed_timestamp_seconds"), 2000);
}

TEST(Gauges, tell_how_long_the_broker_took) {
  boost::asio::io_context context{1};
  memory::ManualClock clock{testing::at()};
  memory::MemoryReportQueue queue{clock};
  ops::Metrics metrics;
  TimedPublisher publisher(queue, metrics);
  EXPECT_EQ(value_of(metrics, "rabbitmq_publish_duration_seconds_count"), 0);
  ASSERT_TRUE(testing::run(context, publisher.publish({"a", "{}"})));
  EXPECT_EQ(value_of(metrics, "rabbitmq_publish_duration_seconds_count"), 1);
  EXPECT_EQ(testing::run(context, queue.depth())->ready, 1);
}

}  // namespace
}  // namespace invoicing::services
