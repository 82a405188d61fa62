#include "services/invoice_service/ledger_queue_admin.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

namespace invoicing::services {

namespace {

Error unavailable(const Error& error) {
  return Error(ErrorCode::queue_unavailable, error.detail());
}

}  // namespace

Task<Result<QueueDepth>> LedgerQueueAdmin::depth() {
  co_return Error(ErrorCode::queue_unavailable, "This service has no way to the queue.");
}

Task<Result<std::optional<DeadMessage>>> LedgerQueueAdmin::find_dead(
    const std::string& message_id) {
  const auto deliveries = co_await ledger_.deliveries(message_id);
  if (!deliveries) co_return unavailable(deliveries.error());
  const auto refused = std::find_if(deliveries->begin(), deliveries->end(), [](const Delivery& d) {
    return d.state == DeliveryState::refused;
  });
  if (refused == deliveries->end()) co_return std::optional<DeadMessage>();
  // Others may still be tried; only what is done is dead. Rare enough to look the number up.
  const auto entry = co_await entry_of(message_id);
  if (!entry) co_return entry.error();
  if (!*entry || (*entry)->state != OutboxState::done) co_return std::optional<DeadMessage>();
  co_return DeadMessage{.message = {message_id, {}},
                        .reason = refused->last_error,
                        .since = (*entry)->done_at.value_or(Instant{}),
                        .attempts = refused->attempts};
}

Task<Result<bool>> LedgerQueueAdmin::requeue_dead(const std::string& message_id) {
  const auto entry = co_await entry_of(message_id);
  if (!entry) co_return entry.error();
  if (!*entry) co_return false;
  const auto asked =
      co_await outbox_.republish((*entry)->number, (*entry)->sends, OutboxState::done);
  if (!asked) co_return unavailable(asked.error());
  co_return true;
}

Task<Result<std::optional<OutboxEntry>>> LedgerQueueAdmin::entry_of(const std::string& message_id) {
  const std::string_view report_id = std::string_view(message_id).substr(0, message_id.find('.'));
  const auto heads = co_await reports_.heads(1);
  if (!heads) co_return unavailable(heads.error());
  const auto head = std::find_if(heads->begin(), heads->end(), [&](const ReportHead& candidate) {
    return candidate.report_id == report_id;
  });
  if (head == heads->end()) co_return std::optional<OutboxEntry>();
  auto entry = co_await outbox_.entry(head->number);
  if (!entry) co_return unavailable(entry.error());
  if (!*entry || (*entry)->message_id() != message_id) co_return std::optional<OutboxEntry>();
  co_return std::move(*entry);
}

}  // namespace invoicing::services
