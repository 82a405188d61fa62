#include "services/common/telemetry.hpp"

#include <sstream>

#include <gmock/gmock.h>

#include "ops/log.hpp"

namespace invoicing::services {
namespace {

TEST(Telemetry, LogsWhatAHandlerHasThrown) {
  std::ostringstream log;
  ops::log::start(ops::LogLevel::info, ops::LogFormat::json, &log);
  ops::Metrics metrics;
  Telemetry telemetry(metrics);
  http::Observation request;
  request.route = "get_report";
  request.status = 200;
  telemetry.observe_request(request);
  EXPECT_EQ(log.str(), "");
  request.status = 500;
  request.failure = "no such template";
  telemetry.observe_request(request);
  ops::log::start(ops::LogLevel::info, ops::LogFormat::automatic);
  EXPECT_THAT(log.str(), testing::HasSubstr("no such template"));
  EXPECT_THAT(log.str(), testing::HasSubstr(R"("level":"error")"));
}

TEST(Telemetry, TellsWhoWasGivenUpFromWhoWasRefused) {
  std::ostringstream log;
  ops::log::start(ops::LogLevel::info, ops::LogFormat::json, &log);
  ops::Metrics metrics;
  Telemetry telemetry(metrics);
  telemetry.observe(MailGivenUp{"m", MailReason::unreachable, "given up after 24 h: no route"});
  ops::log::start(ops::LogLevel::info, ops::LogFormat::automatic);
  EXPECT_THAT(metrics.text(),
              testing::HasSubstr(R"(mails_total{outcome="given_up",reason="unreachable"} 1)"));
  EXPECT_THAT(metrics.text(), testing::Not(testing::HasSubstr(R"(outcome="refused")")));
  EXPECT_THAT(log.str(), testing::HasSubstr("given up after 24 h: no route"));
}

}  // namespace
}  // namespace invoicing::services
