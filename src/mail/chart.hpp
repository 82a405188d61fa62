#pragma once
// The small picture of the last days in the mail.

#include <optional>
#include <string>
#include <vector>

#include "domain/sales_report.hpp"

namespace invoicing::mail {

/// One bar.
struct ChartBar {
  Day day{};
  std::optional<Int128> amount_minor;  ///< none: no report on that day
};

struct Chart {
  Currency currency;
  std::vector<ChartBar> bars;  ///< oldest first, the last one is the report's own day
};

/// The position of the largest amount, the first of equal ones. There is at least one bar.
std::size_t highest_bar(const Chart& chart);

/// The report's history and its own day, in the default currency, or, where that was never sold in
/// these days, in the first one that was. Nothing where no earlier day has a report: one
/// bar alone says nothing.
std::optional<Chart> chart_of(const SalesReport& report);

/// The chart in one sentence, for those who do not see it.
std::string chart_text(const Chart& chart);

/// A PNG of 1120 × 476 pixels, meant to be shown 320 to 560 wide. The same chart gives the same
/// bytes on the same machine. Without any font on the machine it has bars and no words. Empty if
/// it cannot be drawn at all (no memory). Any thread.
std::string draw_chart_png(const Chart& chart);

}  // namespace invoicing::mail
