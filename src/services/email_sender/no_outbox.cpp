#include "services/email_sender/no_outbox.hpp"

namespace invoicing::services {

namespace {

Error not_here() {
  return Error(ErrorCode::report_not_found, "this sender has no database with reports");
}

}  // namespace

Task<Result<std::optional<OutboxEntry>>> NoOutbox::entry(ReportNumber) {
  co_return std::optional<OutboxEntry>();
}

Task<Result<std::vector<OutboxEntry>>> NoOutbox::open_entries() {
  co_return std::vector<OutboxEntry>();
}

Task<Result<OutboxEntry>> NoOutbox::lease(ReportNumber, Instant, Instant) {
  co_return not_here();
}

Task<Result<void>> NoOutbox::mark_published(ReportNumber, std::int64_t, Instant) {
  co_return not_here();
}

Task<Result<void>> NoOutbox::mark_failed(ReportNumber, std::int64_t, const std::string&) {
  co_return not_here();
}

Task<Result<void>> NoOutbox::mark_done(ReportNumber, std::int64_t, Instant) {
  co_return not_here();
}

Task<Result<OutboxEntry>> NoOutbox::resend(ReportNumber, std::int64_t, const Trace&) {
  co_return not_here();
}

Task<Result<void>> NoOutbox::republish(ReportNumber, std::int64_t, OutboxState, const Trace&) {
  co_return not_here();
}

}  // namespace invoicing::services
