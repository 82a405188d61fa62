#include "domain/figures.hpp"

#include <algorithm>
#include <map>
#include <random>
#include <string>

#include <gtest/gtest.h>

#include "domain/decimal.hpp"

namespace invoicing {
namespace {

Currency currency(const char* code) {
  return *Currency::from_code(code);
}

Invoice invoice_of(const char* code, std::int64_t minor, std::vector<Item> items) {
  Invoice invoice;
  invoice.amount = {minor, currency(code)};
  invoice.items = std::move(items);
  return invoice;
}

TEST(Figures, OfAnInvoiceCountItOnceAndAddUpItsSkus) {
  const Figures figures =
      figures_of(invoice_of("EUR", 1050, {{"b", {500}}, {"a", {1000}}, {"b", {250}}}));
  const Figures expected{{{currency("EUR"), 1, 1050, 0}}, {{"a", 1000}, {"b", 750}}};
  EXPECT_EQ(figures, expected);
}

TEST(Figures, OfAnInvoiceOfZeroStillCountIt) {
  const Figures figures = figures_of(invoice_of("EUR", 0, {{"a", {1}}}));
  ASSERT_EQ(figures.totals.size(), 1U);
  EXPECT_EQ(figures.totals[0].invoices, 1);
}

TEST(Figures, OfAVoidInvoiceAreAVoidAndNothingElse) {
  Invoice invoice = invoice_of("EUR", 1050, {{"a", {1000}}});
  invoice.voiding = Voiding{};
  const Figures expected{{{currency("EUR"), 0, 0, 1}}, {}};
  EXPECT_EQ(figures_of(invoice), expected);
}

TEST(Figures, NeverAddCurrencies) {
  const Figures both =
      sum(figures_of(invoice_of("USD", 100, {})), figures_of(invoice_of("EUR", 100, {})));
  const Figures expected{{{currency("EUR"), 1, 100, 0}, {currency("USD"), 1, 100, 0}}, {}};
  EXPECT_EQ(both, expected);
}

TEST(Figures, HaveOneFormForEqualSums) {
  const Figures scrambled{{{currency("USD"), 1, 5, 0},
                           {currency("EUR"), 2, 7, 1},
                           {currency("JPY"), 0, 0, 0},
                           {currency("USD"), -1, -5, 0},
                           {currency("EUR"), 1, 1, 0}},
                          {{"z", 1}, {"\xC3\xA4", 2}, {"a", 3}, {"z", -1}, {"", 4}, {"a", 1}}};
  const Figures expected{{{currency("EUR"), 3, 8, 1}}, {{"", 4}, {"a", 4}, {"\xC3\xA4", 2}}};
  EXPECT_EQ(normalized(scrambled), expected);
  EXPECT_EQ(normalized(expected), expected);
}

TEST(Figures, KeepATotalThatOnlyCountsVoids) {
  const Figures figures{{{currency("EUR"), 0, 0, 1}}, {}};
  EXPECT_EQ(normalized(figures), figures);
  EXPECT_FALSE(figures.is_zero());
}

TEST(Figures, LessThemselvesAreZero) {
  const Figures figures = figures_of(invoice_of("EUR", 1050, {{"b", {500}}, {"a", {1000}}}));
  EXPECT_TRUE(difference(figures, figures).is_zero());
  EXPECT_EQ(difference(Figures{}, difference(Figures{}, figures)), figures);
}

TEST(Figures, AddUpBeyond64Bits) {
  Figures total;
  Figures doubled = figures_of(invoice_of("EUR", kMaxMinorUnits, {{"a", {kMaxQuantityMilli}}}));
  for (int i = 0; i < 40; ++i) doubled = sum(doubled, doubled);
  EXPECT_EQ(format_decimal(doubled.totals[0].amount_minor, 2), "10995116277760000000000000.00");
  EXPECT_EQ(format_decimal_shortest(doubled.skus[0].milli, 3), "1099511627776000000000");
  EXPECT_EQ(doubled.totals[0].invoices, std::int64_t{1} << 40);
}

/// A sum in decimal digits, as pupils add: an own way to the same number.
class DigitSum {
 public:
  void add(std::string digits) {
    std::reverse(digits.begin(), digits.end());
    if (digits.size() > digits_.size()) digits_.resize(digits.size(), '0');
    int carry = 0;
    for (std::size_t i = 0; i < digits_.size(); ++i) {
      const int column = digits_[i] - '0' + (i < digits.size() ? digits[i] - '0' : 0) + carry;
      digits_[i] = static_cast<char>('0' + column % 10);
      carry = column / 10;
    }
    if (carry != 0) digits_ += static_cast<char>('0' + carry);
  }
  std::string text() const {
    std::string text(digits_.rbegin(), digits_.rend());
    text.erase(0, std::min(text.find_first_not_of('0'), text.size() - 1));
    return text;
  }

 private:
  std::string digits_ = "0";
};

TEST(Figures, OfRandomInvoicesEqualTheSumsInDecimalDigits) {
  const std::uint64_t seed = 20261122;
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937_64 random(seed);
  std::uniform_int_distribution<std::int64_t> amount(0, kMaxMinorUnits);
  std::uniform_int_distribution<std::int64_t> quantity(1, kMaxQuantityMilli);
  std::map<std::string, DigitSum> amounts;
  std::map<std::string, DigitSum> quantities;
  Figures total;
  for (int round = 0; round < 30'000; ++round) {
    const char* code = std::array{"USD", "JPY", "KWD"}[random() % 3];
    const std::string sku = "sku" + std::to_string(random() % 5);
    const std::int64_t minor = amount(random);
    const std::int64_t milli = quantity(random);
    total = sum(total, figures_of(invoice_of(code, minor, {{sku, {milli}}})));
    amounts[code].add(std::to_string(minor));
    quantities[sku].add(std::to_string(milli));
  }
  ASSERT_EQ(total.totals.size(), amounts.size());
  for (const CurrencyTotal& entry : total.totals) {
    EXPECT_EQ(format_decimal(entry.amount_minor, 0),
              amounts[std::string(entry.currency.code())].text());
  }
  ASSERT_EQ(total.skus.size(), quantities.size());
  for (const SkuQuantity& entry : total.skus) {
    EXPECT_EQ(format_decimal(entry.milli, 0), quantities[entry.sku].text());
  }
}

}  // namespace
}  // namespace invoicing
