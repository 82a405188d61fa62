#include "app/audit_books.hpp"

#include <algorithm>
#include <utility>

namespace invoicing {

bool AuditResult::has_differences() const {
  return std::any_of(windows.begin(), windows.end(), [](const AuditedWindow& window) {
    return window.verdict == AuditVerdict::differs;
  });
}

Task<Result<AuditResult>> AuditBooks::audit() {
  ReportChain chain(reports_);
  for (;;) {
    const auto before = co_await chain.end_to_read();
    if (!before) co_return before.error();
    auto result = co_await audit_up_to(*before);
    if (!result) co_return result.error();
    const auto after = co_await chain.end_to_read();
    if (!after) co_return after.error();
    // A report that was sealed meanwhile may correct what the look at the invoices has not seen.
    if (after->number == before->number) co_return std::move(*result);
  }
}

Task<Result<AuditResult>> AuditBooks::audit_up_to(const ChainEnd& end) {
  AuditResult result;
  if (end.number == 0) co_return result;
  ReportChain chain(reports_);
  const auto windows = co_await chain.windows(end.number);
  if (!windows) co_return windows.error();
  const auto snapshot = co_await ledger_.snapshot(clock_.now());
  if (!snapshot) co_return snapshot.error();

  std::vector<Window> bounds;
  bounds.reserve(windows->size());
  for (const SealedWindow& window : *windows) bounds.push_back(window.window);
  const auto changed = co_await (*snapshot)->changed_since(end.mark, std::move(bounds));
  if (!changed) co_return changed.error();

  for (const SealedWindow& window : *windows) {
    const auto invoiced = co_await (*snapshot)->figures_from_invoices(window.window);
    if (!invoiced) co_return invoiced.error();
    const auto reported = co_await reports_.reported_on(window.number);
    if (!reported) co_return reported.error();

    AuditedWindow audited{window, AuditVerdict::agrees, difference(*invoiced, *reported)};
    if (!audited.difference.is_zero()) {
      const bool expected =
          std::find(changed->begin(), changed->end(), window.window) != changed->end() ||
          std::find(end.pending.begin(), end.pending.end(), window.number) != end.pending.end();
      audited.verdict = expected ? AuditVerdict::pending : AuditVerdict::differs;
    }
    result.windows.push_back(std::move(audited));
    result.invoiced = sum(result.invoiced, *invoiced);
    result.reported = sum(result.reported, *reported);
  }
  co_return result;
}

Task<Result<void>> AuditBooks::mark(const AuditResult& result) {
  std::vector<ReportNumber> differing;
  for (const AuditedWindow& window : result.windows) {
    if (window.verdict == AuditVerdict::differs) differing.push_back(window.window.number);
  }
  auto marked = co_await reports_.mark_windows(differing);
  co_return marked;
}

}  // namespace invoicing
