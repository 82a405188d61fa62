#include "domain/sales_report.hpp"

#include <gtest/gtest.h>

namespace invoicing {
namespace {

const Currency kEuro = *Currency::from_code("EUR");

Figures euros(std::int64_t invoices, Int128 minor, Int128 milli) {
  return normalized({{{kEuro, invoices, minor, 0}}, {{"a", milli}}});
}

SalesReport report_with_corrections() {
  SalesReport report;
  report.number = 3;
  report.figures = euros(2, 200, 20);
  report.corrections = {{2, Day{}, Instant{}, Instant{}, euros(-1, -50, 0)},
                        {1, Day{}, Instant{}, Instant{}, euros(0, 0, 7)}};
  return report;
}

TEST(TotalOf, IsTheEntryOfTheCurrencyOrZero) {
  const std::vector<CurrencyTotal> totals{{kEuro, 3, 310, 1}};
  EXPECT_EQ(total_of(totals, kEuro), totals[0]);
  EXPECT_EQ(total_of(totals, Currency()), (CurrencyTotal{Currency(), 0, 0, 0}));
}

TEST(ReportedBy, IsTheDayItselfForTheReportsOwnNumber) {
  EXPECT_EQ(reported_by(report_with_corrections(), 3), euros(2, 200, 20));
}

TEST(ReportedBy, IsTheCorrectionForAnOlderWindow) {
  EXPECT_EQ(reported_by(report_with_corrections(), 2), euros(-1, -50, 0));
  EXPECT_EQ(reported_by(report_with_corrections(), 1), euros(0, 0, 7));
  EXPECT_TRUE(reported_by(report_with_corrections(), 4).is_zero());
}

TEST(ReportedBy, IsTheOpeningBalanceForWindowZero) {
  SalesReport report = report_with_corrections();
  EXPECT_TRUE(reported_by(report, 0).is_zero());
  report.opening_balance = Correction{0, std::nullopt, std::nullopt, Instant{}, euros(9, 900, 90)};
  EXPECT_EQ(reported_by(report, 0), euros(9, 900, 90));
}

}  // namespace
}  // namespace invoicing
