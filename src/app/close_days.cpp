#include "app/close_days.hpp"

#include <string>
#include <utility>

namespace invoicing {

Task<Result<int>> CloseDays::close_due(Backlog backlog) {
  ReportChain chain(doors_.reports);
  int sealed = 0;
  for (;;) {
    const auto end = co_await chain.end();
    if (!end) co_return end.error();
    const auto due = due_days(calendar_, *end, doors_.clock.now(), kMaxDaysDue + 1);
    if (due.empty()) co_return sealed;
    if (backlog == Backlog::refuse && sealed == 0 && due.size() > kMaxDaysDue) {
      co_return Error(ErrorCode::too_many_days_due,
                      "more than " + std::to_string(kMaxDaysDue) + " business days since " +
                          format_day(end->business_day) +
                          " wait to be closed: check the clock, then run the close command");
    }
    const auto marked = co_await doors_.reports.marked_windows();
    if (!marked) co_return marked.error();
    const auto report = co_await compose(*end, due.front(), *marked);
    if (!report) co_return report.error();
    const auto stored = co_await doors_.reports.seal(*report, *marked);
    // Another generator was first: whatever was computed is thrown away, never re-numbered.
    if (!stored && stored.error().code() == ErrorCode::number_taken) continue;
    if (!stored) co_return stored.error();
    ++sealed;
    doors_.observer.observe(ReportSealed{report->number, report->business_day, report->generated_at,
                                         report->corrections.size(),
                                         trace_of_report(report->report_id, report->report_id)});
  }
}

Task<Result<SalesReport>> CloseDays::compose(const ChainEnd& end, DueDay day,
                                             const std::vector<ReportNumber>& marked) {
  // The clock is read before the first look at the sums: what is written later is a correction.
  const Instant now = doors_.clock.now();
  const auto snapshot = co_await doors_.ledger.snapshot(now);
  if (!snapshot) co_return snapshot.error();
  ReportOrder order{end, day, end.to, end.number + 1, marked, doors_.ids.next(now).to_hex(), now};
  auto report = co_await composer_.compose(**snapshot, std::move(order));
  co_return report;
}

Task<Result<Instant>> CloseDays::next_cut_off() {
  ReportChain chain(doors_.reports);
  const auto end = co_await chain.end();
  if (!end) co_return end.error();
  co_return calendar_.next_after(end->business_day, end->to).to;
}

}  // namespace invoicing
