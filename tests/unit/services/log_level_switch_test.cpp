#include "services/common/log_level_switch.hpp"

#include <sstream>

#include <gmock/gmock.h>

namespace invoicing::services {
namespace {

using ops::LogLevel;

class LogLevelSwitchTest : public testing::Test {
 protected:
  LogLevelSwitchTest() { ops::log::start(LogLevel::info, ops::LogFormat::json, &out_); }
  ~LogLevelSwitchTest() override { ops::log::start(LogLevel::info, ops::LogFormat::automatic); }

  LogLevelSwitch switch_{LogLevel::info, [this] { return named_; }};
  Result<LogLevel> named_ = LogLevel::info;
  std::ostringstream out_;
};

TEST_F(LogLevelSwitchTest, GoesToDebugAndBack) {
  switch_.turn();
  EXPECT_EQ(ops::log::level(), LogLevel::debug);
  switch_.turn();
  EXPECT_EQ(ops::log::level(), LogLevel::info);
}

TEST_F(LogLevelSwitchTest, LeavesDebugWhereThatIsWhatTheOptionsName) {
  named_ = LogLevel::debug;
  switch_.turn();
  EXPECT_EQ(ops::log::level(), LogLevel::debug);
  switch_.turn();
  EXPECT_EQ(ops::log::level(), LogLevel::info);
  switch_.turn();
  EXPECT_EQ(ops::log::level(), LogLevel::debug);
}

TEST_F(LogLevelSwitchTest, TakesALevelThatIsNewInTheOptions) {
  named_ = LogLevel::error;
  switch_.turn();
  EXPECT_EQ(ops::log::level(), LogLevel::error);
  EXPECT_THAT(out_.str(), testing::HasSubstr(R"("logLevel":"error")")) << "said whatever the level";
  switch_.turn();
  EXPECT_EQ(ops::log::level(), LogLevel::debug);
  named_ = LogLevel::warning;
  switch_.turn();
  EXPECT_EQ(ops::log::level(), LogLevel::warning);
}

TEST_F(LogLevelSwitchTest, LeavesItWhereTheOptionsCannotBeRead) {
  named_ = Error(ErrorCode::validation_failed, "config.toml: line 3: no such key");
  switch_.turn();
  EXPECT_EQ(ops::log::level(), LogLevel::info);
  EXPECT_THAT(out_.str(), testing::HasSubstr("line 3"));
}

}  // namespace
}  // namespace invoicing::services
