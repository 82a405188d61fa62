#pragma once
// The books, the sealed reports and their outbox in MongoDB: collections `books`, `marks` and
// `reports`, where a report and its outbox entry are one document under the report's number.

#include "mongo/client.hpp"
#include "ports/report_store.hpp"

namespace invoicing::mongo {

/// The contracts of both ports, and the errors of Client; calls of Outbox that name a report which
/// is not there answer report_not_found. seal() takes the report only with the number after the
/// last one's (1 at first): any other is number_taken, and so is that number once somebody else has
/// it. The marks named in settled_marks go right after the report is stored; if the process ends in
/// between, or the server does, they stay and the next closing compares those windows once more.
/// Everything is read as a majority has it. `client` must outlive it.
class MongoReportStore final : public ReportStore, public Outbox {
 public:
  explicit MongoReportStore(Client& client) : engine_(client.engine()) {}

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

}  // namespace invoicing::mongo
