#include "mail/number_text.hpp"

#include <gtest/gtest.h>

#include "mail/display_text.hpp"
#include "tests/unit/mail/sample_reports.hpp"

namespace invoicing::mail {
namespace {

using samples::currency;
using samples::day;
using samples::instant;

TEST(NumberText, WritesAmountsExactlyWithThousands) {
  EXPECT_EQ(money_text(0, currency("EUR")), "0.00 EUR");
  EXPECT_EQ(money_text(99999, currency("EUR")), "999.99 EUR");
  EXPECT_EQ(money_text(100000, currency("EUR")), "1,000.00 EUR");
  EXPECT_EQ(money_text(-123456789, currency("EUR")), "-1,234,567.89 EUR");
  EXPECT_EQ(money_text(-12345, currency("EUR")), "-123.45 EUR");
  EXPECT_EQ(money_text(1234567, currency("JPY")), "1,234,567 JPY");
  EXPECT_EQ(money_text(1234567, currency("KWD")), "1,234.567 KWD");
  // More than a double or an int64 of minor units holds.
  EXPECT_EQ(amount_text(Int128{1'000'000'000'000'000} * 1'000'000 + 1, currency("EUR")),
            "10,000,000,000,000,000,000.01");
}

TEST(NumberText, WritesQuantitiesWithoutTrailingZeros) {
  EXPECT_EQ(quantity_text(1500), "1.5");
  EXPECT_EQ(quantity_text(2000), "2");
  EXPECT_EQ(quantity_text(1'234'567'001), "1,234,567.001");
  EXPECT_EQ(quantity_text(-1000), "-1");
}

TEST(NumberText, SignsWhatIsAdded) {
  EXPECT_EQ(with_sign("2"), "+2");
  EXPECT_EQ(with_sign("-2"), "-2");
  EXPECT_EQ(with_sign("0.00 EUR"), "0.00 EUR");
  EXPECT_EQ(with_sign("0.10 EUR"), "+0.10 EUR");
}

TEST(NumberText, ChangeIsInTenthsOfAPercentRoundedHalfAwayFromZero) {
  EXPECT_EQ(percent_text(change_permille(27600, 31050).value()), "+12.5%");
  EXPECT_EQ(percent_text(change_permille(300, 200).value()), "-33.3%");
  EXPECT_EQ(percent_text(change_permille(300, 100).value()), "-66.7%");
  EXPECT_EQ(percent_text(change_permille(2000, 2001).value()), "+0.1%");  // 0.05 %
  EXPECT_EQ(percent_text(change_permille(2000, 1999).value()), "-0.1%");
  EXPECT_EQ(percent_text(change_permille(2001, 2002).value()), "0.0%");
  EXPECT_EQ(percent_text(change_permille(100, 0).value()), "-100.0%");
  EXPECT_EQ(percent_text(change_permille(1, 1'000'000).value()), "+99,999,900.0%");
  EXPECT_EQ(percent_text(change_permille(500, 500).value()), "0.0%");
}

TEST(NumberText, ThereIsNoPercentOfNothing) {
  EXPECT_FALSE(change_permille(0, 100));
  EXPECT_FALSE(change_permille(0, 0));
  EXPECT_FALSE(change_permille(-5, 100));
}

TEST(NumberText, AverageIsRoundedToAMinorUnit) {
  EXPECT_EQ(average_minor(31050, 3), 10350);
  EXPECT_EQ(average_minor(100, 3), 33);
  EXPECT_EQ(average_minor(200, 3), 67);
  EXPECT_EQ(average_minor(5, 2), 3);
  EXPECT_EQ(average_minor(-5, 2), -3);
}

TEST(LocalTimes, SaysTheOffsetInForceAtEachInstant) {
  const LocalTimes berlin("Europe/Berlin");
  EXPECT_EQ(berlin.text(instant("2026-11-22T11:00:00Z")), "Sun 22 Nov 2026, 12:00 (UTC+01:00)");
  EXPECT_EQ(berlin.text(instant("2026-07-01T22:30:05Z")), "Thu 2 Jul 2026, 00:30:05 (UTC+02:00)");
  EXPECT_EQ(LocalTimes("America/St_Johns").text(instant("2026-01-01T00:00:00Z")),
            "Wed 31 Dec 2025, 20:30 (UTC-03:30)");
  EXPECT_EQ(LocalTimes("UTC").text(instant("2026-01-01T00:00:00Z")), "Thu 1 Jan 2026, 00:00 (UTC)");
}

TEST(LocalTimes, FallsBackToUtcAndSaysSo) {
  const LocalTimes unknown("Mars/Olympus");
  EXPECT_EQ(unknown.zone(), "UTC");
  EXPECT_EQ(unknown.text(instant("2026-11-22T11:00:00Z")), "Sun 22 Nov 2026, 11:00 (UTC)");
  EXPECT_EQ(LocalTimes("").zone(), "UTC");
}

TEST(NumberText, NamesDays) {
  EXPECT_EQ(long_day_text(day("2026-11-22")), "Sunday, 22 November 2026");
  EXPECT_EQ(day_text(day("2028-02-29")), "Tue 29 Feb 2028");
  EXPECT_EQ(short_day_text(day("2026-05-01")), "1 May");
  EXPECT_EQ(duration_text(std::chrono::hours{25}), "25 h");
  EXPECT_EQ(duration_text(std::chrono::minutes{23 * 60 + 30}), "23 h 30 min");
}

TEST(DisplayText, ReplacesWhatWouldBreakOrTurnALine) {
  const std::string replaced = "\xEF\xBF\xBD";
  EXPECT_EQ(shown("a\r\nb", 10), "a" + replaced + replaced + "b");
  EXPECT_EQ(shown(std::string("a\0b", 3), 10), "a" + replaced + "b");
  EXPECT_EQ(shown("\xE2\x80\xAE"
                  "abc",
                  10),
            replaced + "abc");                     // U+202E
  EXPECT_EQ(shown("\xE2\x80\xA8", 10), replaced);  // U+2028
  EXPECT_EQ(shown("\xC0\xAF\xED\xA0\x80\xF4\x90\x80\x80", 20).find('\xC0'), std::string::npos);
  EXPECT_EQ(shown("\xC3\xA4\xF0\x9F\x98\x80", 10), "\xC3\xA4\xF0\x9F\x98\x80");
}

TEST(DisplayText, CutsAtCodePoints) {
  EXPECT_EQ(shown("äöü", 3), "äöü");
  EXPECT_EQ(shown("äöüß", 3), "äö…");
  EXPECT_EQ(shown(std::string(10'000, 'W'), 60).size(), 59 + std::string("…").size());
}

TEST(DisplayText, KnowsUtf8) {
  EXPECT_TRUE(is_valid_utf8("ä€\xF0\x9F\x98\x80"));
  for (const char* wrong : {"\xC3", "\xE2\x82", "\x80", "\xC0\x80", "\xE0\x80\x80", "\xED\xA0\x80",
                            "\xF4\x90\x80\x80", "\xFF"})
    EXPECT_FALSE(is_valid_utf8(wrong));
}

}  // namespace
}  // namespace invoicing::mail
