#include "domain/instant.hpp"

#include <random>

#include <gtest/gtest.h>

namespace invoicing {
namespace {

using std::chrono::milliseconds;

Instant at(std::int64_t millis) {
  return Instant{milliseconds{millis}};
}

TEST(Instant, IsWrittenInUtcWithMilliseconds) {
  EXPECT_EQ(format_instant(at(0)), "1970-01-01T00:00:00.000Z");
  EXPECT_EQ(format_instant(at(-1)), "1969-12-31T23:59:59.999Z");
  EXPECT_EQ(format_instant(at(1'795'345'200'412)), "2026-11-22T11:00:00.412Z");
  EXPECT_EQ(format_instant(kFirstDate), "1970-01-01T00:00:00.000Z");
  EXPECT_EQ(format_instant(kLastDate), "9999-12-31T23:59:59.999Z");
}

TEST(Instant, IsReadWithAnyOffset) {
  const auto noon = parse_rfc3339("2026-11-22T12:00:00Z");
  ASSERT_TRUE(noon);
  EXPECT_EQ(format_instant(*noon), "2026-11-22T12:00:00.000Z");
  for (const char* text :
       {"2026-11-22t12:00:00z", "2026-11-22T12:00:00.0Z", "2026-11-22T13:00:00+01:00",
        "2026-11-22T00:30:00-11:30", "2026-11-23T11:59:00+23:59", "2026-11-22T12:00:00-00:00",
        "2026-11-22T12:00:00.0009999999999999999999Z"}) {
    EXPECT_EQ(parse_rfc3339(text), noon) << text;
  }
}

TEST(Instant, CutsDigitsBelowAMillisecond) {
  EXPECT_EQ(parse_rfc3339("1970-01-01T00:00:00.4Z"), at(400));
  EXPECT_EQ(parse_rfc3339("1970-01-01T00:00:00.04Z"), at(40));
  EXPECT_EQ(parse_rfc3339("1970-01-01T00:00:00.123999Z"), at(123));
}

TEST(Instant, RefusesWhatIsNoInstant) {
  for (const char* text : {"",
                           "2026-11-22",
                           "2026-11-22T12:00:00",
                           "2026-11-22 12:00:00Z",
                           "2026-11-22T12:00Z",
                           "2026-11-22T12:00:60Z",
                           "2016-12-31T23:59:60Z",
                           "2026-11-22T24:00:00Z",
                           "2026-11-22T12:60:00Z",
                           "2025-02-30T12:00:00Z",
                           "2025-02-29T12:00:00Z",
                           "1900-02-29T00:00:00Z",
                           "2026-13-01T12:00:00Z",
                           "2026-00-01T12:00:00Z",
                           "2026-11-00T12:00:00Z",
                           "2026-11-31T12:00:00Z",
                           "2026-11-22T12:00:00.Z",
                           "2026-11-22T12:00:00+1:00",
                           "2026-11-22T12:00:00+0100",
                           "2026-11-22T12:00:00+24:00",
                           "2026-11-22T12:00:00+01:60",
                           "2026-11-22T12:00:00Zx",
                           "2026-11-22T12:00:00Z ",
                           " 2026-11-22T12:00:00Z",
                           "2026-11-22T12:00:00+",
                           "26-11-22T12:00:00Z",
                           "-026-11-22T12:00:00Z",
                           "2026-1a-22T12:00:00Z",
                           "2026-11-22T+2:00:00Z"}) {
    EXPECT_FALSE(parse_rfc3339(text)) << text;
  }
}

TEST(Instant, RefusesOffsetsThatLeadOutOfTheFourDigitYears) {
  EXPECT_TRUE(parse_rfc3339("0000-01-01T00:00:00Z"));
  EXPECT_FALSE(parse_rfc3339("0000-01-01T00:00:00+00:01"));
  EXPECT_TRUE(parse_rfc3339("9999-12-31T23:59:59.999Z"));
  EXPECT_FALSE(parse_rfc3339("9999-12-31T23:59:59-00:01"));
}

TEST(Instant, ReadsBackWhatItWrote) {
  std::mt19937_64 random(11);
  std::uniform_int_distribution<std::int64_t> millis(kFirstDate.time_since_epoch().count(),
                                                     kLastDate.time_since_epoch().count());
  for (int round = 0; round < 20'000; ++round) {
    const Instant instant = at(millis(random));
    ASSERT_EQ(parse_rfc3339(format_instant(instant)), instant) << format_instant(instant);
  }
}

TEST(Day, IsReadAndWritten) {
  const auto leap = parse_day("2024-02-29");
  ASSERT_TRUE(leap);
  EXPECT_EQ(format_day(*leap), "2024-02-29");
  EXPECT_EQ(format_day(*leap + std::chrono::days{1}), "2024-03-01");
  for (const char* text :
       {"", "2025-02-29", "2025-02-30", "2025-04-31", "2025-2-3", "2025/02/03", "2025-02-03 ",
        "2025-02-03Z", "02-03-2025", "2025-00-01", "2025-01-00"}) {
    EXPECT_FALSE(parse_day(text)) << text;
  }
}

TEST(Day, InAFilterIsTheLastOneOfItsMonthWhereTheMonthLacksIt) {
  EXPECT_EQ(parse_day_clamped("2025-02-30"), parse_day("2025-02-28"));
  EXPECT_EQ(parse_day_clamped("2024-02-30"), parse_day("2024-02-29"));
  EXPECT_EQ(parse_day_clamped("2025-04-31"), parse_day("2025-04-30"));
  EXPECT_EQ(parse_day_clamped("2025-04-30"), parse_day("2025-04-30"));
  for (const char* text : {"2025-02-32", "2025-02-00", "2025-13-30", "2025-00-31", "2025-02-99"}) {
    EXPECT_FALSE(parse_day_clamped(text)) << text;
  }
}

TEST(OriginalLocalTime, IsTheFormOfTheSampleRequests) {
  const auto local = parse_original_local_time("2025/01/30 12:00:02");
  ASSERT_TRUE(local);
  EXPECT_EQ(local->day, *parse_day("2025-01-30"));
  EXPECT_EQ(local->time_of_day, std::chrono::hours{12} + std::chrono::seconds{2});
  for (const char* text : {"2025/01/30", "2025/01/30 12:00", "2025-01-30 12:00:02",
                           "2025/02/30 12:00:02", "2025/01/30T12:00:02", "2025/01/30 24:00:00",
                           "2025/01/30 12:00:60", "2025/01/30 12:00:02Z", "2025/1/30 12:00:02 "}) {
    EXPECT_FALSE(parse_original_local_time(text)) << text;
  }
}

}  // namespace
}  // namespace invoicing
