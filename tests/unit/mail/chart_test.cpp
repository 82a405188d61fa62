#include "mail/chart.hpp"

#include <cstdlib>

#include <gtest/gtest.h>

#include "tests/unit/mail/sample_reports.hpp"

namespace invoicing::mail {
namespace {

constexpr const char* kPngSignature = "\x89PNG\r\n";

TEST(Chart, HoldsTheHistoryAndTheDayItself) {
  const auto chart = chart_of(samples::busy_day());
  ASSERT_TRUE(chart);
  ASSERT_EQ(chart->bars.size(), 15U);
  EXPECT_EQ(chart->currency, samples::currency("EUR"));
  EXPECT_EQ(chart->bars[0].day, samples::day("2026-11-08"));
  EXPECT_EQ(chart->bars[0].amount_minor, Int128{84500});
  EXPECT_FALSE(chart->bars[4].amount_minor) << "no report is not zero";
  EXPECT_EQ(chart->bars[14].day, samples::day("2026-11-22"));
  EXPECT_EQ(chart->bars[14].amount_minor, Int128{123450});
  EXPECT_EQ(highest_bar(*chart), 6U);
}

TEST(Chart, ShowsTheCurrencyThatWasSold) {
  SalesReport report = samples::busy_day();
  report.currency = samples::currency("JPY");
  EXPECT_EQ(chart_of(report)->currency, samples::currency("EUR"));
  report.currency = samples::currency("USD");
  EXPECT_EQ(chart_of(report)->currency, samples::currency("USD"));
}

TEST(Chart, IsNotDrawnForOneBarAlone) {
  EXPECT_FALSE(chart_of(samples::first_report()));
  EXPECT_FALSE(chart_of(samples::original_report()));
}

TEST(Chart, IsAPngAndRepeatable) {
  const auto chart = chart_of(samples::busy_day());
  const std::string png = draw_chart_png(*chart);
  EXPECT_TRUE(png.starts_with(kPngSignature));
  EXPECT_LT(png.size(), 100'000U);
  EXPECT_EQ(png, draw_chart_png(*chart));
  EXPECT_NE(png, draw_chart_png(*chart_of(samples::day_without_sales())));
}

TEST(Chart, SurvivesEveryAmount) {
  const Int128 huge = Int128{1'000'000'000'000'000} * 1'000'000'000;
  for (const Int128 amount : {Int128{0}, Int128{1}, huge, -huge}) {
    Chart chart{samples::currency("USD"), {}};
    for (int i = 0; i < 15; ++i)
      chart.bars.push_back({samples::day("2026-11-08") + std::chrono::days{i}, amount});
    EXPECT_TRUE(draw_chart_png(chart).starts_with(kPngSignature));
    EXPECT_FALSE(chart_text(chart).empty());
  }
  const Chart empty{samples::currency("USD"), {{samples::day("2026-11-08"), std::nullopt}}};
  EXPECT_TRUE(draw_chart_png(empty).starts_with(kPngSignature));
  EXPECT_EQ(chart_text(empty),
            "Bar chart of USD totals by day, 8 Nov to 8 Nov: this day 0.00 USD.");
}

TEST(ChartDeathTest, NeedsNoFont) {
  // A process of its own: the font library reads its configuration once.
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  const auto chart = chart_of(samples::busy_day());
  EXPECT_EXIT(
      {
        ::setenv("FONTCONFIG_FILE", "/dev/null", 1);
        std::_Exit(draw_chart_png(*chart).starts_with(kPngSignature) ? 0 : 1);
      },
      testing::ExitedWithCode(0), "");
}

}  // namespace
}  // namespace invoicing::mail
