#include "app/publish_reports.hpp"

#include <algorithm>
#include <utility>

#include "codec/report_json.hpp"

namespace invoicing {

namespace {

Trace trace_of(const OutboxEntry& entry) {
  if (!entry.asked_by.traceparent.empty()) return entry.asked_by;
  return trace_of_report(entry.report_id, entry.message_id());
}

}  // namespace

Task<Result<PublishRound>> PublishReports::publish_open() {
  const auto entries = co_await outbox_.open_entries();
  if (!entries) co_return entries.error();
  PublishRound round;
  for (const OutboxEntry& entry : *entries) {
    if (entry.state == OutboxState::published) {
      const auto checked = co_await republish_if_stalled(entry);
      if (!checked) co_return checked.error();
      continue;
    }
    const auto published = co_await publish(entry);
    if (!published) co_return published.error();
    ++(*published ? round.taken : round.waiting);
  }
  co_return round;
}

Task<Result<bool>> PublishReports::publish(const OutboxEntry& entry) {
  const Instant now = clock_.now();
  const auto leased = co_await outbox_.lease(entry.number, now, now + options_.lease);
  if (!leased && leased.error().code() == ErrorCode::lease_lost) co_return false;
  if (!leased) co_return leased.error();
  const auto report = co_await reports_.find(entry.number);
  // What cannot be read back is no reason to keep the reports behind it from going out.
  if (!report && report.error().code() == ErrorCode::stored_data_invalid) {
    const auto noted = co_await note_failure(*leased, report.error().detail());
    if (!noted) co_return noted.error();
    co_return false;
  }
  if (!report) co_return report.error();
  if (!*report) {
    const auto noted = co_await note_failure(*leased, "the report has no content");
    if (!noted) co_return noted.error();
    co_return false;
  }

  const ReportMessage message{leased->message_id(), codec::write_report_message(**report),
                              trace_of(*leased)};
  const auto taken = co_await queue_.publish(message);
  if (!taken) {
    const auto noted = co_await note_failure(*leased, taken.error().detail());
    if (!noted) co_return noted.error();
    co_return false;
  }
  const auto marked = co_await outbox_.mark_published(entry.number, leased->sends, clock_.now());
  // A resend was asked for meanwhile: its own message follows with the next call.
  if (!marked && marked.error().code() == ErrorCode::lease_lost) co_return true;
  if (!marked) co_return marked.error();
  observer_.observe(ReportPublished{entry.number, message.message_id, message.trace});
  co_return true;
}

Task<Result<void>> PublishReports::note_failure(const OutboxEntry& leased, std::string reason) {
  observer_.observe(PublishingFailed{leased.number, reason, trace_of(leased)});
  auto noted = co_await outbox_.mark_failed(leased.number, leased.sends, reason);
  co_return noted;
}

Task<Result<void>> PublishReports::republish_if_stalled(const OutboxEntry& entry) {
  const auto deliveries = co_await ledger_.deliveries(entry.message_id());
  if (!deliveries) co_return deliveries.error();
  Instant progress = entry.published_at.value_or(entry.sealed_at);
  for (const Delivery& delivery : *deliveries) {
    if (delivery.claimed_until) progress = std::max(progress, *delivery.claimed_until);
    if (delivery.settled_at) progress = std::max(progress, *delivery.settled_at);
  }
  // One that lies far ahead was noted by a clock that has been set back since.
  const Instant now = clock_.now();
  const bool is_stalled =
      now >= progress + options_.stalled_after || progress > now + options_.stalled_after;
  if (!is_stalled) co_return Result<void>();
  auto again = co_await outbox_.republish(entry.number, entry.sends, OutboxState::published, {});
  co_return again;
}

}  // namespace invoicing
