#include "app/delivery_status.hpp"

#include <algorithm>
#include <utility>

namespace invoicing {

namespace {

DeliveryProgress progress_of(const DeliveryStatus& status, bool dead) {
  if (dead) return DeliveryProgress::dead;
  const bool all_settled =
      std::all_of(status.recipients.begin(), status.recipients.end(), [](const Delivery& d) {
        return d.state == DeliveryState::sent || d.state == DeliveryState::dropped;
      });
  switch (status.outbox.state) {
    case OutboxState::sealed:
      return DeliveryProgress::sealed;
    case OutboxState::published:
      return DeliveryProgress::published;
    // A dead message that was put back is on its way although its outbox entry is done, and so is
    // one that a sender is about to park: done would send it to everybody once more.
    case OutboxState::done:
      return all_settled ? DeliveryProgress::done : DeliveryProgress::published;
  }
  return DeliveryProgress::sealed;
}

Error under_way() {
  return Error(ErrorCode::delivery_under_way,
               "the last send of this report is still on its way; see delivery in GET "
               "/reports/{businessDay}");
}

}  // namespace

Task<Result<DeliveryStatus>> ReportDelivery::status(ReportNumber number) {
  auto entry = co_await outbox_.entry(number);
  if (!entry) co_return entry.error();
  if (!*entry) {
    co_return Error(ErrorCode::report_not_found, "no report has number " + std::to_string(number));
  }
  DeliveryStatus status;
  status.outbox = std::move(**entry);
  const std::string message_id = status.outbox.message_id();

  auto deliveries = co_await ledger_.deliveries(message_id);
  if (!deliveries) co_return deliveries.error();
  status.recipients = std::move(*deliveries);
  const auto parked = co_await queue_.find_dead(message_id);
  if (!parked) co_return parked.error();

  status.last_error = status.outbox.last_error;
  for (const Delivery& delivery : status.recipients) {
    status.attempts = std::max(status.attempts, delivery.attempts);
    if (!delivery.last_error.empty()) status.last_error = delivery.last_error;
  }
  if (*parked) status.last_error = (*parked)->reason;
  status.progress = progress_of(status, parked->has_value());
  co_return status;
}

Task<Result<DeliveryStatus>> ReportDelivery::resend(ReportNumber number, const Trace& asked_by) {
  const auto before = co_await status(number);
  if (!before) co_return before.error();
  if (before->progress == DeliveryProgress::dead) {
    const std::string message_id = before->outbox.message_id();
    const auto reopened = co_await ledger_.reopen_refused(message_id);
    if (!reopened) co_return reopened.error();
    const auto requeued = co_await queue_.requeue_dead(message_id, asked_by);
    if (!requeued) co_return requeued.error();
  } else if (before->progress == DeliveryProgress::done) {
    const auto again = co_await outbox_.resend(number, before->outbox.sends, asked_by);
    if (!again && again.error().code() == ErrorCode::lease_lost) co_return under_way();
    if (!again) co_return again.error();
  } else {
    co_return under_way();
  }
  auto after = co_await status(number);
  co_return after;
}

}  // namespace invoicing
