#include "domain/decimal.hpp"

#include <limits>
#include <random>
#include <string>

#include <gtest/gtest.h>

namespace invoicing {
namespace {

constexpr std::int64_t kMax64 = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t kMin64 = std::numeric_limits<std::int64_t>::min();
constexpr Int128 kMax128 = static_cast<Int128>(~static_cast<unsigned __int128>(0) >> 1);

struct Accepted {
  const char* text;
  int digits;
  std::int64_t scaled;
};

class DecimalAccepts : public testing::TestWithParam<Accepted> {};

TEST_P(DecimalAccepts, ExactlyTheValueOfTheText) {
  const auto& [text, digits, scaled] = GetParam();
  const ParsedDecimal parsed = parse_decimal(text, digits);
  EXPECT_EQ(parsed.fault, DecimalFault::none) << text;
  EXPECT_EQ(parsed.scaled, scaled) << text;
}

INSTANTIATE_TEST_SUITE_P(
    Amounts, DecimalAccepts,
    testing::Values(
        Accepted{"0", 2, 0}, Accepted{"-0", 2, 0}, Accepted{"-0.00", 2, 0}, Accepted{"0.1", 2, 10},
        Accepted{"0.29", 2, 29}, Accepted{"1e2", 2, 10'000}, Accepted{"100.1", 2, 10'010},
        Accepted{"100.10", 2, 10'010}, Accepted{"100.1000000", 2, 10'010},
        Accepted{"9999999999999.99", 2, 999'999'999'999'999}, Accepted{"1.234", 3, 1'234},
        Accepted{"1234", 0, 1'234}, Accepted{"1234.000", 0, 1'234}, Accepted{"1.5E+3", 0, 1'500},
        Accepted{"15e-1", 1, 15}, Accepted{"-1.05", 2, -105}, Accepted{"1234e-2", 2, 1'234},
        Accepted{"123400e-4", 2, 1'234}, Accepted{"0.0001234e6", 2, 12'340},
        Accepted{"1e9", 9, 1'000'000'000'000'000'000}, Accepted{"0.000000001", 9, 1}));

INSTANTIATE_TEST_SUITE_P(Edges, DecimalAccepts,
                         testing::Values(Accepted{"9223372036854775807", 0, kMax64},
                                         Accepted{"-9223372036854775808", 0, kMin64},
                                         Accepted{"92233720368547758.07", 2, kMax64},
                                         Accepted{"0e99999999999", 2, 0},
                                         Accepted{"0.000e-99999999999", 2, 0},
                                         Accepted{"0e99999999999999999999999999999999999", 2, 0}));

struct Refused {
  const char* text;
  int digits;
  DecimalFault fault;
};

class DecimalRefuses : public testing::TestWithParam<Refused> {};

TEST_P(DecimalRefuses, WithTheReason) {
  const auto& [text, digits, fault] = GetParam();
  const ParsedDecimal parsed = parse_decimal(text, digits);
  EXPECT_EQ(parsed.fault, fault) << text;
  EXPECT_EQ(parsed.scaled, 0) << text;
}

INSTANTIATE_TEST_SUITE_P(OtherGrammars, DecimalRefuses, testing::ValuesIn([] {
                           std::vector<Refused> refused;
                           for (const char* text :
                                {"",      "-",        "01",   "-01",    "00",       "1.",
                                 ".5",    "-.5",      "+1",   "1e",     "1e+",      "1e-",
                                 "1.e3",  "e3",       "0x10", "123abc", "1 ",       " 1",
                                 "1,5",   "1_000",    "NaN",  "nan",    "Infinity", "-Infinity",
                                 "inf",   "\"1\"",    "--1",  "1-",     "1.2.3",    "1e2e3",
                                 "1e2.5", "\xD9\xA1", "1\n",  "null"}) {
                             refused.push_back({text, 2, DecimalFault::not_a_number});
                           }
                           return refused;
                         }()));

INSTANTIATE_TEST_SUITE_P(
    Values, DecimalRefuses,
    testing::Values(Refused{"1.005", 2, DecimalFault::too_many_digits},
                    Refused{"0.001", 2, DecimalFault::too_many_digits},
                    Refused{"0.5", 0, DecimalFault::too_many_digits},
                    Refused{"1e-3", 2, DecimalFault::too_many_digits},
                    Refused{"1e-400", 2, DecimalFault::too_many_digits},
                    Refused{"1e-99999999999999999999", 2, DecimalFault::too_many_digits},
                    Refused{"1e400", 2, DecimalFault::out_of_range},
                    Refused{"1e99999999999999999999", 2, DecimalFault::out_of_range},
                    Refused{"9223372036854775808", 0, DecimalFault::out_of_range},
                    Refused{"-9223372036854775809", 0, DecimalFault::out_of_range},
                    Refused{"92233720368547758.08", 2, DecimalFault::out_of_range},
                    Refused{"18446744073709551616", 0, DecimalFault::out_of_range},
                    Refused{"340282366920938463463374607431768211457", 0,
                            DecimalFault::out_of_range}));

// A quadratic reader would take minutes for these.
TEST(Decimal, ReadsMegabytesOfDigitsInLinearTime) {
  const std::string zeros(4'000'000, '0');
  EXPECT_EQ(parse_decimal("0." + zeros + "1e4000001", 2).scaled, 100);
  EXPECT_EQ(parse_decimal("1" + zeros + "e-4000000", 2).scaled, 100);
  EXPECT_EQ(parse_decimal("1." + zeros, 2).scaled, 100);
  EXPECT_EQ(parse_decimal("1." + zeros + "1", 2).fault, DecimalFault::too_many_digits);
  EXPECT_EQ(parse_decimal(std::string(4'000'000, '9'), 2).fault, DecimalFault::out_of_range);
  EXPECT_EQ(parse_decimal("1e" + zeros + "2", 2).scaled, 10'000);
}

TEST(Decimal, DoesNotDependOnWhereTheTextPutsItsPoint) {
  std::mt19937_64 random(20261122);
  for (int round = 0; round < 20'000; ++round) {
    const auto scaled = static_cast<std::int64_t>(random() >> (random() % 63 + 1) | 1);
    const std::string digits = std::to_string(scaled);
    const int moved = static_cast<int>(random() % 40) - 20;
    // digits × 10^-2, the point moved and the exponent moved back.
    std::string text;
    if (moved >= 0) {
      text = digits + std::string(static_cast<std::size_t>(moved), '0');
    } else {
      const std::string padded = std::string(21, '0') + digits;
      text = padded.substr(0, padded.size() - static_cast<std::size_t>(-moved)) + "." +
             padded.substr(padded.size() - static_cast<std::size_t>(-moved));
      text.erase(0, std::min(text.find_first_not_of('0'), text.find('.') - 1));
    }
    text += "e" + std::to_string(-2 - moved);
    const ParsedDecimal parsed = parse_decimal(text, 2);
    ASSERT_EQ(parsed.fault, DecimalFault::none) << text;
    ASSERT_EQ(parsed.scaled, scaled) << text;
  }
}

TEST(Decimal, WritesExactlyTheDigitsAsked) {
  EXPECT_EQ(format_decimal(-1050, 2), "-10.50");
  EXPECT_EQ(format_decimal(0, 2), "0.00");
  EXPECT_EQ(format_decimal(5, 2), "0.05");
  EXPECT_EQ(format_decimal(-5, 3), "-0.005");
  EXPECT_EQ(format_decimal(100, 0), "100");
  EXPECT_EQ(format_decimal(0, 0), "0");
  EXPECT_EQ(format_decimal(1, 9), "0.000000001");
  EXPECT_EQ(format_decimal(kMin64, 2), "-92233720368547758.08");
}

TEST(Decimal, WritesShortestWithoutTrailingZeros) {
  EXPECT_EQ(format_decimal_shortest(1500, 3), "1.5");
  EXPECT_EQ(format_decimal_shortest(2000, 3), "2");
  EXPECT_EQ(format_decimal_shortest(1, 3), "0.001");
  EXPECT_EQ(format_decimal_shortest(-1230, 3), "-1.23");
  EXPECT_EQ(format_decimal_shortest(0, 3), "0");
  EXPECT_EQ(format_decimal_shortest(1'000, 0), "1000");
}

TEST(Decimal, WritesAndReadsTheEndsOf128Bits) {
  EXPECT_EQ(format_decimal(kMax128, 0), "170141183460469231731687303715884105727");
  EXPECT_EQ(format_decimal(-kMax128 - 1, 2), "-1701411834604692317316873037158841057.28");
  EXPECT_EQ(parse_wide_decimal("170141183460469231731687303715884105727", 0).scaled, kMax128);
  EXPECT_EQ(parse_wide_decimal("-1701411834604692317316873037158841057.28", 2).scaled,
            -kMax128 - 1);
  EXPECT_EQ(parse_wide_decimal("170141183460469231731687303715884105728", 0).fault,
            DecimalFault::out_of_range);
  EXPECT_EQ(parse_wide_decimal("999999999999999999999999999999999999999", 0).fault,
            DecimalFault::out_of_range);
}

TEST(Decimal, ReadsBackWhatItWrote) {
  std::mt19937_64 random(7);
  for (int round = 0; round < 20'000; ++round) {
    const int digits = static_cast<int>(random() % 10);
    auto scaled = static_cast<Int128>((static_cast<unsigned __int128>(random()) << 64 | random()) >>
                                      (random() % 127 + 1));
    if (random() % 2 != 0) scaled = -scaled;
    for (const std::string& text :
         {format_decimal(scaled, digits), format_decimal_shortest(scaled, digits)}) {
      const ParsedWideDecimal parsed = parse_wide_decimal(text, digits);
      ASSERT_EQ(parsed.fault, DecimalFault::none) << text;
      ASSERT_TRUE(parsed.scaled == scaled) << text;
    }
  }
}

TEST(RoundDouble, TakesTheShortestDecimalTextForTheValue) {
  EXPECT_EQ(round_double(0.1 + 0.2, 2), 30);
  EXPECT_EQ(round_double(0.29, 2), 29);
  EXPECT_EQ(round_double(1e15, 2), 100'000'000'000'000'000);
  EXPECT_EQ(round_double(-12.5, 2), -1'250);
  EXPECT_EQ(round_double(12.5, 0), 12);
  EXPECT_EQ(round_double(0.0, 2), 0);
  EXPECT_EQ(round_double(-0.0, 2), 0);
}

TEST(RoundDouble, RoundsHalfToEven) {
  // 1.005 lies below one half as a binary number; its shortest text says exactly one half.
  EXPECT_EQ(round_double(1.005, 2), 100);
  EXPECT_EQ(round_double(1.015, 2), 102);
  EXPECT_EQ(round_double(2.5, 0), 2);
  EXPECT_EQ(round_double(3.5, 0), 4);
  EXPECT_EQ(round_double(2.51, 0), 3);
  EXPECT_EQ(round_double(0.0049, 2), 0);
  EXPECT_EQ(round_double(0.0051, 2), 1);
  EXPECT_EQ(round_double(-1.015, 2), -102);
}

TEST(RoundDouble, RefusesWhatIsNoAmount) {
  EXPECT_EQ(round_double(std::numeric_limits<double>::infinity(), 2), std::nullopt);
  EXPECT_EQ(round_double(std::numeric_limits<double>::quiet_NaN(), 2), std::nullopt);
  EXPECT_EQ(round_double(1e300, 2), std::nullopt);
  EXPECT_EQ(round_double(1e18, 2), std::nullopt);
  EXPECT_EQ(round_double(std::numeric_limits<double>::denorm_min(), 2), 0);
}

}  // namespace
}  // namespace invoicing
