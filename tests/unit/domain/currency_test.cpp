#include <set>
#include <string>

#include <gtest/gtest.h>

#include "domain/money.hpp"

namespace invoicing {
namespace {

int digits_of(const char* code) {
  const auto currency = Currency::from_code(code);
  return currency ? currency->digits() : -1;
}

TEST(Currency, HasTheDigitsOfIso4217) {
  for (const char* code : {"USD", "EUR", "GBP", "AED", "ZWG", "CHF", "SLE", "VED", "MRU", "HUF"}) {
    EXPECT_EQ(digits_of(code), 2) << code;
  }
  for (const char* code : {"JPY", "KRW", "CLP", "VND", "ISK", "XAF", "XOF", "XPF", "UGX", "BIF"}) {
    EXPECT_EQ(digits_of(code), 0) << code;
  }
  for (const char* code : {"BHD", "KWD", "JOD", "OMR", "TND", "IQD", "LYD"}) {
    EXPECT_EQ(digits_of(code), 3) << code;
  }
  EXPECT_EQ(digits_of("CLF"), 4);
  EXPECT_EQ(digits_of("UYW"), 4);
}

TEST(Currency, RefusesEverythingElse) {
  for (const char* code : {"", "US", "USDX", "usd", "Usd", "ABC", "XXX", "XTS", "XAU", "XDR", "DEM",
                           "HRK", "US ", " US", "AED ", "ED ", "D A", "\u20AC"}) {
    EXPECT_FALSE(Currency::from_code(code)) << code;
  }
  EXPECT_FALSE(Currency::from_code(std::string_view("\0\0\0", 3)));
}

TEST(Currency, KnowsEachCodeOfTheListOnce) {
  int known = 0;
  std::set<std::string> codes;
  std::string code = "AAA";
  for (code[0] = 'A'; code[0] <= 'Z'; ++code[0]) {
    for (code[1] = 'A'; code[1] <= 'Z'; ++code[1]) {
      for (code[2] = 'A'; code[2] <= 'Z'; ++code[2]) {
        const auto currency = Currency::from_code(code);
        if (!currency) continue;
        ++known;
        EXPECT_EQ(currency->code(), code);
      }
    }
  }
  // A code out of order in its row would be missed by the search. List one without metals, bonds,
  // SDR, ADB units, sucre, test and none.
  EXPECT_EQ(known, 165);
}

TEST(Currency, IsUsDollarByDefault) {
  EXPECT_EQ(Currency().code(), "USD");
  EXPECT_EQ(Currency(), *Currency::from_code("USD"));
}

TEST(Currency, IsOrderedByCode) {
  EXPECT_LT(*Currency::from_code("EUR"), *Currency::from_code("JPY"));
  EXPECT_GT(*Currency::from_code("USD"), *Currency::from_code("JPY"));
}

}  // namespace
}  // namespace invoicing
