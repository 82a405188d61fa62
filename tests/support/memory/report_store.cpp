#include "tests/support/memory/report_store.hpp"

#include <algorithm>

#include "ports/holding.hpp"

namespace invoicing::memory {
namespace {

ReportHead head_of(const SalesReport& report) {
  return {report.number, report.report_id, report.business_day,
          report.window, report.mark,      report.pending};
}

Error no_such_report() {
  return Error(ErrorCode::report_not_found, "There is no report with this number.");
}

Error lease_lost() {
  return Error(ErrorCode::lease_lost, "Somebody else has it.");
}

}  // namespace

Task<Result<Books>> MemoryReportStore::open_books(const Books& books) {
  const std::lock_guard lock(mutex_);
  if (!books_) books_ = books;
  co_return *books_;
}

Task<Result<std::optional<Books>>> MemoryReportStore::books() {
  const std::lock_guard lock(mutex_);
  co_return books_;
}

Task<Result<std::optional<ReportHead>>> MemoryReportStore::last() {
  const std::lock_guard lock(mutex_);
  if (reports_.empty()) co_return std::optional<ReportHead>();
  co_return std::optional<ReportHead>(head_of(reports_.rbegin()->second));
}

Task<Result<std::vector<ReportHead>>> MemoryReportStore::heads(ReportNumber from) {
  const std::lock_guard lock(mutex_);
  std::vector<ReportHead> heads;
  for (auto at = reports_.lower_bound(from); at != reports_.end(); ++at) {
    heads.push_back(head_of(at->second));
  }
  co_return heads;
}

Task<Result<void>> MemoryReportStore::seal(const SalesReport& report,
                                           const std::vector<ReportNumber>& settled_marks) {
  const std::lock_guard lock(mutex_);
  const ReportNumber last = reports_.empty() ? 0 : reports_.rbegin()->first;
  if (report.number != last + 1) {
    co_return Error(ErrorCode::number_taken, "A report with this number is there already.");
  }
  reports_.emplace(report.number, report);
  OutboxEntry entry;
  entry.number = report.number;
  entry.report_id = report.report_id;
  entry.sealed_at = report.generated_at;
  outbox_.emplace(report.number, std::move(entry));
  for (const auto number : settled_marks) marked_.erase(number);
  co_return Result<void>();
}

Task<Result<std::optional<SalesReport>>> MemoryReportStore::find(ReportNumber number) {
  const std::lock_guard lock(mutex_);
  const auto there = reports_.find(number);
  if (there == reports_.end()) co_return std::optional<SalesReport>();
  co_return std::optional<SalesReport>(there->second);
}

Task<Result<std::optional<SalesReport>>> MemoryReportStore::find(Day business_day) {
  const std::lock_guard lock(mutex_);
  for (const auto& [number, report] : reports_) {
    if (report.business_day == business_day) co_return std::optional<SalesReport>(report);
  }
  co_return std::optional<SalesReport>();
}

Task<Result<std::vector<SalesReport>>> MemoryReportStore::list(ReportNumber before,
                                                               std::size_t limit) {
  const std::lock_guard lock(mutex_);
  std::vector<SalesReport> found;
  for (auto at = reports_.rbegin(); at != reports_.rend() && found.size() < limit; ++at) {
    if (at->first < before) found.push_back(at->second);
  }
  co_return found;
}

Task<Result<Figures>> MemoryReportStore::reported_on(ReportNumber number) {
  const std::lock_guard lock(mutex_);
  Figures figures;
  for (const auto& [other, report] : reports_) {
    figures = sum(figures, reported_by(report, number));
  }
  co_return figures;
}

Task<Result<void>> MemoryReportStore::mark_windows(const std::vector<ReportNumber>& numbers) {
  const std::lock_guard lock(mutex_);
  marked_.insert(numbers.begin(), numbers.end());
  co_return Result<void>();
}

Task<Result<std::vector<ReportNumber>>> MemoryReportStore::marked_windows() {
  const std::lock_guard lock(mutex_);
  co_return std::vector<ReportNumber>(marked_.begin(), marked_.end());
}

Task<Result<std::optional<OutboxEntry>>> MemoryReportStore::entry(ReportNumber number) {
  const std::lock_guard lock(mutex_);
  const auto there = outbox_.find(number);
  if (there == outbox_.end()) co_return std::optional<OutboxEntry>();
  co_return std::optional<OutboxEntry>(there->second);
}

Task<Result<std::vector<OutboxEntry>>> MemoryReportStore::open_entries() {
  const std::lock_guard lock(mutex_);
  std::vector<OutboxEntry> open;
  for (const auto& [number, entry] : outbox_) {
    if (entry.state != OutboxState::done) open.push_back(entry);
  }
  co_return open;
}

Task<Result<OutboxEntry>> MemoryReportStore::lease(ReportNumber number, Instant now,
                                                   Instant until) {
  const std::lock_guard lock(mutex_);
  const auto there = outbox_.find(number);
  if (there == outbox_.end()) co_return no_such_report();
  auto& entry = there->second;
  if (entry.state != OutboxState::sealed) co_return lease_lost();
  if (is_held(entry.lease_until, now, until)) co_return lease_lost();
  entry.lease_until = until;
  ++entry.attempts;
  co_return entry;
}

Task<Result<void>> MemoryReportStore::mark_published(ReportNumber number, std::int64_t sends,
                                                     Instant now) {
  const std::lock_guard lock(mutex_);
  const auto there = outbox_.find(number);
  if (there == outbox_.end()) co_return no_such_report();
  auto& entry = there->second;
  if (entry.sends != sends) co_return lease_lost();
  if (entry.state == OutboxState::sealed) {
    entry.state = OutboxState::published;
    entry.published_at = now;
    entry.last_error.clear();
    entry.lease_until.reset();
  }
  co_return Result<void>();
}

Task<Result<void>> MemoryReportStore::mark_failed(ReportNumber number, std::int64_t sends,
                                                  const std::string& reason) {
  const std::lock_guard lock(mutex_);
  const auto there = outbox_.find(number);
  if (there == outbox_.end()) co_return no_such_report();
  auto& entry = there->second;
  if (entry.sends == sends && entry.state == OutboxState::sealed) {
    entry.last_error = reason;
    entry.lease_until.reset();
  }
  co_return Result<void>();
}

Task<Result<void>> MemoryReportStore::mark_done(ReportNumber number, std::int64_t sends,
                                                Instant now) {
  const std::lock_guard lock(mutex_);
  const auto there = outbox_.find(number);
  if (there == outbox_.end()) co_return no_such_report();
  auto& entry = there->second;
  if (entry.sends == sends && entry.state != OutboxState::done) {
    entry.state = OutboxState::done;
    entry.done_at = now;
    entry.lease_until.reset();
  }
  co_return Result<void>();
}

Task<Result<OutboxEntry>> MemoryReportStore::resend(ReportNumber number, std::int64_t sends,
                                                    const Trace& asked_by) {
  const std::lock_guard lock(mutex_);
  const auto there = outbox_.find(number);
  if (there == outbox_.end()) co_return no_such_report();
  auto& entry = there->second;
  if (entry.sends != sends) co_return lease_lost();
  entry.state = OutboxState::sealed;
  ++entry.sends;
  entry.last_error.clear();
  entry.published_at.reset();
  entry.done_at.reset();
  entry.lease_until.reset();
  entry.asked_by = asked_by;
  co_return entry;
}

Task<Result<void>> MemoryReportStore::republish(ReportNumber number, std::int64_t sends,
                                                OutboxState from, const Trace& asked_by) {
  const std::lock_guard lock(mutex_);
  const auto there = outbox_.find(number);
  if (there == outbox_.end()) co_return no_such_report();
  auto& entry = there->second;
  if (entry.sends == sends && entry.state == from) {
    entry.state = OutboxState::sealed;
    entry.done_at.reset();
    entry.lease_until.reset();
    if (!asked_by.traceparent.empty()) entry.asked_by = asked_by;
  }
  co_return Result<void>();
}

}  // namespace invoicing::memory
