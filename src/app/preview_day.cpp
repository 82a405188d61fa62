#include "app/preview_day.hpp"

#include <utility>

#include "app/running_window.hpp"

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

  const RunningWindow running = running_window(calendar_, *end, now);
  ReportOrder order;
  order.end = *end;
  order.day = running.day;
  order.from = running.from;
  order.number = running.number;
  order.marked = *marked;
  order.now = now;
  auto report = co_await composer_.compose(**snapshot, std::move(order));
  if (!report) co_return report.error();
  report->sealed = false;
  co_return std::move(*report);
}

}  // namespace invoicing
