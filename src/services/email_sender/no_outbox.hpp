#pragma once
// For a sender without the database in which the reports are.

#include "ports/report_store.hpp"

namespace invoicing::services {

/// Holds no entry, so that nothing is noted as done. Calls that name one answer report_not_found.
class NoOutbox final : public Outbox {
 public:
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
};

}  // namespace invoicing::services
