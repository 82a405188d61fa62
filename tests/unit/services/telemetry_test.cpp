#include "services/common/telemetry.hpp"

#include <algorithm>
#include <chrono>
#include <sstream>

#include <gmock/gmock.h>

#include "ops/log.hpp"

namespace invoicing::services {
namespace {

class TelemetryTest : public testing::Test {
 protected:
  TelemetryTest() { ops::log::start(ops::LogLevel::info, ops::LogFormat::json, &log); }
  ~TelemetryTest() override { ops::log::start(ops::LogLevel::info, ops::LogFormat::automatic); }

  std::ostringstream log;
  ops::Metrics metrics;
  Telemetry telemetry{metrics};
};

TEST_F(TelemetryTest, LogsWhatAHandlerHasThrown) {
  http::Observation request;
  request.route = "get_report";
  request.status = 200;
  telemetry.observe_request(request);
  EXPECT_THAT(log.str(), testing::Not(testing::HasSubstr("error")));
  request.status = 500;
  request.failure = "no such template";
  telemetry.observe_request(request);
  EXPECT_THAT(log.str(), testing::HasSubstr("no such template"));
  EXPECT_THAT(log.str(), testing::HasSubstr(R"("level":"error")"));
}

TEST_F(TelemetryTest, WritesOneLineARequestAndNothingOfWhatIsInIt) {
  http::Observation request;
  request.route = "list_invoices";
  request.method = http::Method::get;
  request.status = 200;
  request.duration = std::chrono::nanoseconds(1'234'567);
  request.body_bytes_sent = 17;
  request.target = "/invoices?customer=Ada";
  request.remote_address = "192.0.2.1";
  request.request_id = "till-7/1";
  request.traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  telemetry.observe_request(request);
  ops::log::set_level(ops::LogLevel::warning);
  telemetry.observe_request(request);
  const std::string line = log.str();
  EXPECT_THAT(
      line,
      testing::EndsWith(
          R"("level":"info","message":"request","route":"list_invoices","method":"GET","status":200,)"
          R"("milliseconds":1.234,"bytesIn":0,"bytesOut":17,"requestId":"till-7/1",)"
          R"("traceId":"0af7651916cd43dd8448eb211c80319c"})"
          "\n"));
  EXPECT_EQ(std::count(line.begin(), line.end(), '\n'), 1);
}

TEST_F(TelemetryTest, SaysWhatMadeAReportBeSentWhereThatIsKnown) {
  const Trace trace{"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "till-7/1"};
  telemetry.observe(MailSent{"m", 1, trace});
  EXPECT_THAT(log.str(), testing::HasSubstr(R"("requestId":"till-7/1","traceId":"0af7651916cd)"));
  log.str("");
  telemetry.observe(MailSent{"m", 1});
  EXPECT_THAT(log.str(), testing::Not(testing::HasSubstr("Id\":\"\"")));
  EXPECT_THAT(log.str(), testing::Not(testing::HasSubstr("requestId")));
}

TEST_F(TelemetryTest, TellsWhoWasGivenUpFromWhoWasRefused) {
  telemetry.observe(MailGivenUp{"m", MailReason::unreachable, "given up after 24 h: no route"});
  EXPECT_THAT(metrics.text(),
              testing::HasSubstr(R"(mails_total{outcome="given_up",reason="unreachable"} 1)"));
  EXPECT_THAT(metrics.text(), testing::Not(testing::HasSubstr(R"(outcome="refused")")));
  EXPECT_THAT(log.str(), testing::HasSubstr("given up after 24 h: no route"));
}

}  // namespace
}  // namespace invoicing::services
