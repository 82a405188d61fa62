#include "ops/log.hpp"

#include <cmath>
#include <limits>
#include <regex>
#include <sstream>
#include <thread>

#include <gmock/gmock.h>
#include <simdjson.h>

#include "ops/log_line.hpp"

namespace invoicing::ops {
namespace {

using testing::HasSubstr;

constexpr log::TimePoint kTime{std::chrono::milliseconds(1'795'345'200'412)};

std::string json_line(log::TimePoint time, LogLevel level, std::string_view message,
                      log::Fields fields) {
  std::string line;
  log::append_json_line(line, time, level, message, fields);
  return line;
}

std::string text_line(log::TimePoint time, LogLevel level, std::string_view message,
                      log::Fields fields) {
  std::string line;
  log::append_text_line(line, time, level, message, fields);
  return line;
}

// The member of a line as a JSON parser reads it back.
std::string member(const std::string& line, std::string_view key) {
  simdjson::dom::parser parser;
  simdjson::dom::element element;
  if (parser.parse(line).at_key(key).get(element) != simdjson::SUCCESS) return "no JSON: " + line;
  std::string_view text;
  if (element.get(text) == simdjson::SUCCESS) return std::string(text);
  return simdjson::minify(element);
}

class Log : public testing::Test {
 protected:
  ~Log() override { log::start(LogLevel::info, LogFormat::automatic); }

  std::vector<std::string> lines() const {
    std::vector<std::string> all;
    std::istringstream stream(out.str());
    for (std::string line; std::getline(stream, line);) all.push_back(line);
    return all;
  }

  std::ostringstream out;
};

TEST(JsonLine, HoldsTimeLevelMessageAndFieldsInThisOrder) {
  EXPECT_EQ(json_line(kTime, LogLevel::info, "report sealed",
                      {{"number", 12},
                       {"businessDay", "2026-11-22"},
                       {"ok", true},
                       {"share", 0.25},
                       {"max", std::numeric_limits<std::uint64_t>::max()}}),
            R"({"time":"2026-11-22T11:00:00.412Z","level":"info","message":"report sealed",)"
            R"("number":12,"businessDay":"2026-11-22","ok":true,"share":0.25,)"
            R"("max":18446744073709551615})");
}

TEST(JsonLine, ReadsBackWhateverTheTextHolds) {
  std::string all_ascii;
  for (int c = 0; c < 128; ++c) all_ascii += static_cast<char>(c);
  for (const std::string& text :
       {all_ascii, std::string("a\"b\\c/\n\r\t"), std::string("Grüße 日本 😀"), std::string()}) {
    const auto line = json_line(kTime, LogLevel::error, text, {{"value", text}});
    EXPECT_EQ(member(line, "message"), text);
    EXPECT_EQ(member(line, "value"), text);
    EXPECT_EQ(line.find('\n'), std::string::npos);
  }
}

TEST(JsonLine, MakesInvalidUtf8Safe) {
  const std::string replaced = "\xEF\xBF\xBD";
  // Overlong, surrogate, beyond U+10FFFF, cut short, a lone continuation, Latin-1.
  for (const std::string bad : {"\xC0\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xE2\x82", "\x80",
                                "\xE9", "\xF0\x9F\x98"}) {
    const auto line = json_line(kTime, LogLevel::info, "a" + bad + "b", {});
    std::string expected = "a";
    for (std::size_t i = 0; i < bad.size(); ++i) expected += replaced;
    EXPECT_EQ(member(line, "message"), expected + "b");
  }
}

TEST(JsonLine, WritesNumbersThatJsonDoesNotHaveAsNull) {
  const auto line =
      json_line(kTime, LogLevel::info, "m", {{"a", std::nan("")}, {"b", HUGE_VAL}, {"c", -1e300}});
  EXPECT_EQ(member(line, "a"), "null");
  EXPECT_EQ(member(line, "b"), "null");
  EXPECT_EQ(std::stod(member(line, "c")), -1e300);
}

TEST(TextLine, IsReadable) {
  EXPECT_EQ(text_line(kTime, LogLevel::warning, "mail not sent",
                      {{"attempt", 3}, {"reason", "timeout"}, {"to", "a b"}, {"empty", ""}}),
            "2026-11-22T11:00:00.412Z WARNING mail not sent attempt=3 reason=timeout to=\"a b\" "
            "empty=\"\"");
}

TEST(TextLine, CannotBeForgedAndSteersNoTerminal) {
  const std::string attack =
      "x\n2026-11-22T11:00:00.412Z ERROR   forged\r\x1b[2J\x7f\xC2\x9B"
      "2J\xff";
  const auto line = text_line(kTime, LogLevel::info, attack, {{"customer", attack}});
  for (const char c : line) EXPECT_TRUE(static_cast<unsigned char>(c) >= 0x20 && c != 0x7f);
  EXPECT_EQ(line.find("\xC2\x9B"), std::string::npos);
  EXPECT_THAT(line, HasSubstr("x\\n2026-11-22"));
  EXPECT_THAT(line, HasSubstr("customer=\"x\\n"));
  EXPECT_THAT(line, HasSubstr("\\u001b[2J\\u007f\\u009b2J\xEF\xBF\xBD"));
}

TEST(TextLine, AValueCannotPoseAsAnotherField) {
  const auto line = text_line(kTime, LogLevel::info, "m", {{"customer", "a status=ok \"b\\"}});
  EXPECT_THAT(line, testing::EndsWith(R"(customer="a status=ok \"b\\")"));
}

TEST_F(Log, WritesWhatTheLevelLetsThroughAndFollowsItsChange) {
  log::start(LogLevel::warning, LogFormat::json, &out);
  const auto all = [] {
    log::trace("t");
    log::debug("d");
    log::info("i");
    log::warning("w");
    log::error("e");
  };
  all();
  ASSERT_EQ(lines().size(), 2U);
  EXPECT_EQ(member(lines()[0], "level"), "warning");
  EXPECT_EQ(member(lines()[1], "level"), "error");
  EXPECT_FALSE(log::enabled(LogLevel::info));

  log::set_level(LogLevel::trace);
  all();
  EXPECT_EQ(lines().size(), 7U);
  log::set_level(LogLevel::error);
  all();
  EXPECT_EQ(lines().size(), 8U);
}

TEST_F(Log, StampsTheTimeInUtcMilliseconds) {
  log::start(LogLevel::info, LogFormat::json, &out);
  const auto before = std::chrono::system_clock::now();
  log::info("now");
  const auto time = member(lines().at(0), "time");
  EXPECT_TRUE(std::regex_match(time, std::regex(R"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z)")));
  std::tm utc{};
  ASSERT_NE(strptime(time.c_str(), "%Y-%m-%dT%H:%M:%S", &utc), nullptr);
  EXPECT_LE(std::abs(timegm(&utc) - std::chrono::system_clock::to_time_t(before)), 2);
}

TEST_F(Log, TextIsOneLineForEachEvent) {
  log::start(LogLevel::info, LogFormat::text, &out);
  log::info("a\nb", {{"c", "d\ne"}});
  ASSERT_EQ(lines().size(), 1U);
  EXPECT_THAT(lines()[0], HasSubstr("INFO    a\\nb c="));
}

TEST_F(Log, OffATerminalAutomaticIsJson) {
  log::start(LogLevel::info, LogFormat::automatic, &out);
  log::info("m");
  EXPECT_EQ(member(lines().at(0), "message"), "m");
}

TEST_F(Log, WritesWholeLinesFromManyThreadsWhileTheLevelChanges) {
  constexpr int kThreads = 4;
  constexpr int kEvents = 500;
  log::start(LogLevel::info, LogFormat::json, &out);
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < kThreads; ++t) {
      threads.emplace_back([t] {
        for (int i = 0; i < kEvents; ++i) {
          log::error("event", {{"thread", t}, {"event", i}});
          log::debug("perhaps");
        }
      });
    }
    for (int i = 0; i < 100; ++i) log::set_level(i % 2 == 0 ? LogLevel::error : LogLevel::info);
  }
  const auto all = lines();
  EXPECT_EQ(all.size(), static_cast<std::size_t>(kThreads * kEvents));
  for (const auto& line : all) ASSERT_EQ(member(line, "message"), "event") << line;
}

}  // namespace
}  // namespace invoicing::ops
