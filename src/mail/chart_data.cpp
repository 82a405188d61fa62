#include <algorithm>
#include <set>

#include "mail/chart.hpp"
#include "mail/number_text.hpp"

namespace invoicing::mail {
namespace {

/// The currencies with sales on one of the chart's days.
std::set<Currency> sold_currencies(const SalesReport& report) {
  std::set<Currency> sold;
  const auto note = [&sold](const std::vector<CurrencyTotal>& totals) {
    for (const CurrencyTotal& total : totals)
      if (total.amount_minor > 0) sold.insert(total.currency);
  };
  note(report.figures.totals);
  for (const HistoryDay& day : report.history)
    if (day.report) note(day.report->totals);
  return sold;
}

}  // namespace

std::size_t highest_bar(const Chart& chart) {
  const auto less = [](const ChartBar& a, const ChartBar& b) {
    return a.amount_minor.value_or(-1) < b.amount_minor.value_or(-1);
  };
  return static_cast<std::size_t>(std::max_element(chart.bars.begin(), chart.bars.end(), less) -
                                  chart.bars.begin());
}

std::optional<Chart> chart_of(const SalesReport& report) {
  const bool has_past = std::any_of(report.history.begin(), report.history.end(),
                                    [](const HistoryDay& day) { return day.report.has_value(); });
  if (!has_past) return std::nullopt;
  const std::set<Currency> sold = sold_currencies(report);
  const bool default_sold = sold.empty() || sold.contains(report.currency);
  Chart chart;
  chart.currency = default_sold ? report.currency : *sold.begin();
  for (const HistoryDay& day : report.history) {
    ChartBar bar{day.business_day, std::nullopt};
    if (day.report) bar.amount_minor = total_of(day.report->totals, chart.currency).amount_minor;
    chart.bars.push_back(bar);
  }
  chart.bars.push_back(
      {report.business_day, total_of(report.figures.totals, chart.currency).amount_minor});
  return chart;
}

std::string chart_text(const Chart& chart) {
  const ChartBar& last = chart.bars.back();
  const ChartBar& peak = chart.bars[highest_bar(chart)];
  std::string text = "Bar chart of " + std::string(chart.currency.code()) + " totals by day, " +
                     short_day_text(chart.bars.front().day) + " to " + short_day_text(last.day) +
                     ": this day " + money_text(last.amount_minor.value_or(0), chart.currency);
  if (peak.amount_minor.value_or(0) > 0)
    text += ", highest " + money_text(*peak.amount_minor, chart.currency) + " on " +
            short_day_text(peak.day);
  return text + '.';
}

}  // namespace invoicing::mail
