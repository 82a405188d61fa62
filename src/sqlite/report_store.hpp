#pragma once
// The books, the sealed reports and their outbox in SQLite.

#include "ports/report_store.hpp"
#include "sqlite/database.hpp"

namespace invoicing::sqlite {

/// The contracts of both ports. Also answers overloaded (too much waits) and shutting_down; calls
/// of Outbox that name a report which is not there answer report_not_found. seal() takes the report
/// only with the number after the last one's (1 at first): any other is number_taken.
/// `database` must outlive it.
class SqliteReportStore final : public ReportStore, public Outbox {
 public:
  explicit SqliteReportStore(Database& database) : engine_(database.engine()) {}

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
  Engine& engine_;
};

}  // namespace invoicing::sqlite
