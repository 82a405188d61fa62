#include "app/preview_day.hpp"

#include <limits>
#include <utility>

namespace invoicing {

Task<Result<SalesReport>> PreviewDay::running_day() {
  ReportChain chain(reports_);
  const auto end = co_await chain.end();
  if (!end) co_return end.error();
  const Instant now = clock_.now();
  const auto marked = co_await reports_.marked_windows();
  if (!marked) co_return marked.error();
  const auto snapshot = co_await ledger_.snapshot(now);
  if (!snapshot) co_return snapshot.error();

  // Days that are due and not closed yet stand between the chain's end and the running day.
  const auto due = due_days(calendar_, *end, now, std::numeric_limits<std::size_t>::max());
  const DueDay before = due.empty() ? DueDay{end->business_day, end->to} : due.back();
  ReportOrder order;
  order.end = *end;
  order.day = calendar_.next_after(before.day, before.to);
  order.from = before.to;
  order.number = end->number + static_cast<ReportNumber>(due.size()) + 1;
  order.marked = *marked;
  order.now = now;
  auto report = co_await composer_.compose(**snapshot, std::move(order));
  if (!report) co_return report.error();
  report->sealed = false;
  co_return std::move(*report);
}

}  // namespace invoicing
