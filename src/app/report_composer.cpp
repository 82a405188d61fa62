#include "app/report_composer.hpp"

#include <algorithm>
#include <utility>

namespace invoicing {

namespace {

// An upper bound of what the figures take as JSON: an escaped SKU is at most twice as long (control
// characters cannot get in), a 128-bit number has at most 40 digits.
std::size_t json_bytes_max(const Figures& figures) {
  std::size_t bytes = 256 + figures.totals.size() * 160;
  for (const SkuQuantity& sku : figures.skus) bytes += 2 * sku.sku.size() + 64;
  return bytes;
}

Correction correction_of(const SealedWindow& window, Figures figures) {
  Correction correction;
  correction.number = window.number;
  correction.business_day = window.business_day;
  if (window.number != 0) correction.from = window.window.from;
  correction.to = window.window.to;
  correction.figures = std::move(figures);
  return correction;
}

// Which windows to compare, in the order in which they may use up the report's size: what has
// waited longest first. Each at most once.
std::vector<ReportNumber> windows_to_compare(const ReportOrder& order,
                                             const std::vector<SealedWindow>& changed) {
  std::vector<ReportNumber> numbers = order.end.pending;
  numbers.insert(numbers.end(), order.marked.begin(), order.marked.end());
  // The window just before is compared always: its last entries may have been written between the
  // snapshot and the seal. For report 2 the same holds of the opening balance.
  if (order.end.number >= 1) numbers.push_back(order.end.number);
  if (order.end.number == 1) numbers.push_back(0);
  for (const SealedWindow& window : changed) numbers.push_back(window.number);

  std::vector<ReportNumber> unique;
  for (const ReportNumber number : numbers) {
    const bool known = number >= 0 && number <= order.end.number;
    if (known && std::find(unique.begin(), unique.end(), number) == unique.end()) {
      unique.push_back(number);
    }
  }
  return unique;
}

Task<Result<std::vector<SealedWindow>>> changed_windows(SalesSnapshot& snapshot,
                                                        const ChangeMark& since,
                                                        const std::vector<SealedWindow>& windows) {
  std::vector<Window> bounds;
  bounds.reserve(windows.size());
  for (const SealedWindow& window : windows) bounds.push_back(window.window);
  const auto changed = co_await snapshot.changed_since(since, std::move(bounds));
  if (!changed) co_return changed.error();
  std::vector<SealedWindow> named;
  for (const SealedWindow& window : windows) {
    if (std::find(changed->begin(), changed->end(), window.window) != changed->end()) {
      named.push_back(window);
    }
  }
  co_return named;
}

}  // namespace

Task<Result<SalesReport>> ReportComposer::compose(SalesSnapshot& snapshot, ReportOrder order) {
  ReportChain chain(reports_);
  const auto windows = co_await chain.windows(order.end.number);
  if (!windows) co_return windows.error();

  SalesReport report;
  report.report_id = order.report_id;
  report.number = order.number;
  report.business_day = order.day.day;
  report.window = {order.from, order.day.to};
  report.time_zone = calendar_.zone_name();
  report.cut_off = calendar_.cut_off_text();
  report.generated_at = order.now;
  report.currency = currency_;
  report.mark = snapshot.mark();

  auto figures = co_await snapshot.figures(report.window);
  if (!figures) co_return figures.error();
  report.figures = std::move(*figures);

  if (order.end.number == 0) {
    const auto added = co_await add_opening_balance(snapshot, windows->front(), report);
    if (!added) co_return added.error();
  } else {
    const auto added = co_await add_corrections(snapshot, order, *windows, report);
    if (!added) co_return added.error();
  }
  const auto compared = co_await add_comparisons(*windows, report);
  if (!compared) co_return compared.error();
  co_return report;
}

Task<Result<void>> ReportComposer::add_opening_balance(SalesSnapshot& snapshot,
                                                       const SealedWindow& before,
                                                       SalesReport& report) {
  auto figures = co_await snapshot.figures(before.window);
  if (!figures) co_return figures.error();
  if (!figures->is_zero()) report.opening_balance = correction_of(before, std::move(*figures));
  co_return Result<void>();
}

Task<Result<void>> ReportComposer::add_corrections(SalesSnapshot& snapshot,
                                                   const ReportOrder& order,
                                                   const std::vector<SealedWindow>& windows,
                                                   SalesReport& report) {
  const auto changed = co_await changed_windows(snapshot, order.end.mark, windows);
  if (!changed) co_return changed.error();

  // A sixteenth is left to the comparisons: two days and fourteen of the history do not fill it
  // even with every currency there is. (An opening balance and corrections never stand together.)
  const std::size_t room = max_bytes_ - max_bytes_ / 16;
  std::size_t bytes = json_bytes_max(report.figures);
  for (const ReportNumber number : windows_to_compare(order, *changed)) {
    // What waited from the last report is taken whatever its size, so that nothing waits for ever.
    const bool waited = std::find(order.end.pending.begin(), order.end.pending.end(), number) !=
                        order.end.pending.end();
    if (bytes >= room && !(waited && report.corrections.empty())) {
      report.pending.push_back(number);
      continue;
    }
    const SealedWindow& window = windows[static_cast<std::size_t>(number)];
    const auto now = co_await snapshot.figures(window.window);
    if (!now) co_return now.error();
    const auto reported = co_await reports_.reported_on(number);
    if (!reported) co_return reported.error();
    Figures changed_by = difference(*now, *reported);
    if (changed_by.is_zero()) continue;
    const std::size_t more = json_bytes_max(changed_by);
    if (bytes + more > room && !(waited && report.corrections.empty())) {
      report.pending.push_back(number);
      continue;
    }
    bytes += more;
    report.corrections.push_back(correction_of(window, std::move(changed_by)));
  }
  std::sort(report.corrections.begin(), report.corrections.end(),
            [](const Correction& a, const Correction& b) { return a.number < b.number; });
  co_return Result<void>();
}

Task<Result<ComparedDay>> ReportComposer::compared_day(const SealedWindow& window,
                                                       const SalesReport& report) {
  const auto reported = co_await reports_.reported_on(window.number);
  if (!reported) co_return reported.error();
  const Figures known = sum(*reported, reported_by(report, window.number));
  co_return ComparedDay{window.number, *window.business_day, known.totals};
}

Task<Result<void>> ReportComposer::add_comparisons(const std::vector<SealedWindow>& windows,
                                                   SalesReport& report) {
  if (windows.size() > 1) {
    auto previous = co_await compared_day(windows.back(), report);
    if (!previous) co_return previous.error();
    report.previous_day = std::move(*previous);
  }
  for (int back = kHistoryDays; back >= 1; --back) {
    HistoryDay day{report.business_day - std::chrono::days{back}, std::nullopt};
    const auto window = std::find_if(windows.begin(), windows.end(), [&](const SealedWindow& w) {
      return w.business_day == day.business_day;
    });
    if (window != windows.end()) {
      auto compared = co_await compared_day(*window, report);
      if (!compared) co_return compared.error();
      day.report = std::move(*compared);
    }
    if (back == 7) report.same_weekday_last_week = day.report;
    report.history.push_back(std::move(day));
  }
  co_return Result<void>();
}

}  // namespace invoicing
