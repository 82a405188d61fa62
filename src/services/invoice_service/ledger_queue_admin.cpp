#include "services/invoice_service/ledger_queue_admin.hpp"

#include <algorithm>
#include <set>
#include <string_view>
#include <utility>

namespace invoicing::services {

namespace {

constexpr std::size_t kRefusedMost = 10'000;

DeadMessage dead_message(const Delivery& refused, const OutboxEntry& entry) {
  return {.message = {refused.message_id, {}},
          .reason = refused.last_error,
          .since = entry.done_at.value_or(Instant{}),
          .attempts = refused.attempts};
}

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
  co_return dead_message(*refused, **entry);
}

Task<Result<std::vector<DeadMessage>>> LedgerQueueAdmin::list_dead(std::size_t limit) {
  const auto refused = co_await ledger_.refused(kRefusedMost);
  if (!refused) co_return unavailable(refused.error());
  std::vector<DeadMessage> dead;
  if (refused->empty()) co_return dead;
  const auto heads = co_await reports_.heads(1);
  if (!heads) co_return unavailable(heads.error());
  std::set<std::string> seen;
  for (const Delivery& delivery : *refused) {
    const bool is_new = seen.insert(delivery.message_id).second;
    if (!is_new) continue;
    const auto entry = co_await entry_of(delivery.message_id, *heads);
    if (!entry) co_return entry.error();
    if (!*entry || (*entry)->state != OutboxState::done) continue;
    dead.push_back(dead_message(delivery, **entry));
    if (dead.size() == limit) break;
  }
  std::ranges::sort(dead, {}, &DeadMessage::since);
  co_return dead;
}

Task<Result<bool>> LedgerQueueAdmin::requeue_dead(const std::string& message_id,
                                                  const Trace& asked_by) {
  const auto entry = co_await entry_of(message_id);
  if (!entry) co_return entry.error();
  if (!*entry) co_return false;
  const auto asked =
      co_await outbox_.republish((*entry)->number, (*entry)->sends, OutboxState::done, asked_by);
  if (!asked) co_return unavailable(asked.error());
  co_return true;
}

Task<Result<bool>> LedgerQueueAdmin::drop_dead(const std::string& message_id) {
  auto dropped = co_await requeue_dead(message_id, {});
  co_return dropped;
}

Task<Result<std::optional<OutboxEntry>>> LedgerQueueAdmin::entry_of(const std::string& message_id) {
  const auto heads = co_await reports_.heads(1);
  if (!heads) co_return unavailable(heads.error());
  auto entry = co_await entry_of(message_id, *heads);
  co_return entry;
}

Task<Result<std::optional<OutboxEntry>>> LedgerQueueAdmin::entry_of(
    const std::string& message_id, const std::vector<ReportHead>& heads) {
  const std::string_view report_id = std::string_view(message_id).substr(0, message_id.find('.'));
  const auto head = std::find_if(heads.begin(), heads.end(), [&](const ReportHead& candidate) {
    return candidate.report_id == report_id;
  });
  if (head == heads.end()) co_return std::optional<OutboxEntry>();
  auto entry = co_await outbox_.entry(head->number);
  if (!entry) co_return unavailable(entry.error());
  if (!*entry || (*entry)->message_id() != message_id) co_return std::optional<OutboxEntry>();
  co_return std::move(*entry);
}

}  // namespace invoicing::services
