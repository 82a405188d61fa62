#pragma once
// The books, the sealed reports and their outbox in memory.

#include <map>
#include <mutex>
#include <set>

#include "ports/report_store.hpp"

namespace invoicing::memory {

/// Thread-safe. Every call is done before it returns.
class MemoryReportStore final : public ReportStore, public Outbox {
 public:
  Task<Result<Books>> open_books(const Books& books) override;
  Task<Result<std::optional<Books>>> books() override;
  Task<Result<std::optional<ReportHead>>> last() override;
  Task<Result<std::vector<ReportHead>>> heads(ReportNumber from) override;
  Task<Result<void>> seal(const SalesReport& report,
                          const std::vector<ReportNumber>& settled_marks) override;
  Task<Result<std::optional<SalesReport>>> find(ReportNumber number) override;
  Task<Result<std::optional<SalesReport>>> find(Day business_day) override;
  Task<Result<std::vector<SalesReport>>> list(ReportNumber before, std::size_t limit) override;
  Task<Result<Figures>> reported_on(ReportNumber number) override;
  Task<Result<void>> mark_windows(const std::vector<ReportNumber>& numbers) override;
  Task<Result<std::vector<ReportNumber>>> marked_windows() override;

  Task<Result<std::optional<OutboxEntry>>> entry(ReportNumber number) override;
  Task<Result<std::vector<OutboxEntry>>> open_entries() override;
  Task<Result<OutboxEntry>> lease(ReportNumber number, Instant now, Instant until) override;
  Task<Result<void>> mark_published(ReportNumber number, std::int64_t sends, Instant now) override;
  Task<Result<void>> mark_failed(ReportNumber number, std::int64_t sends,
                                 const std::string& reason) override;
  Task<Result<void>> mark_done(ReportNumber number, std::int64_t sends, Instant now) override;
  Task<Result<OutboxEntry>> resend(ReportNumber number, std::int64_t sends,
                                   const Trace& asked_by) override;
  Task<Result<void>> republish(ReportNumber number, std::int64_t sends, OutboxState from,
                               const Trace& asked_by) override;

 private:
  std::mutex mutex_;
  std::optional<Books> books_;
  std::map<ReportNumber, SalesReport> reports_;
  std::map<ReportNumber, OutboxEntry> outbox_;
  std::set<ReportNumber> marked_;
};

}  // namespace invoicing::memory
