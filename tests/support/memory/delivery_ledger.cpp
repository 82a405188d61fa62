#include "tests/support/memory/delivery_ledger.hpp"

#include <algorithm>
#include <tuple>

#include "ports/holding.hpp"

namespace invoicing::memory {

Delivery& MemoryDeliveryLedger::at(const std::string& message_id, const std::string& recipient) {
  auto& delivery = entries_[{message_id, recipient}];
  delivery.message_id = message_id;
  delivery.recipient = recipient;
  return delivery;
}

Task<Result<DeliveryLedger::Claim>> MemoryDeliveryLedger::claim(const std::string& message_id,
                                                                const std::string& recipient,
                                                                Instant now, Instant until) {
  const std::lock_guard lock(mutex_);
  auto& delivery = at(message_id, recipient);
  const bool claimed =
      delivery.state == DeliveryState::waiting && !is_held(delivery.claimed_until, now, until);
  if (claimed) {
    delivery.claimed_until = until;
    ++delivery.attempts;
  }
  co_return Claim{claimed, delivery};
}

Task<Result<void>> MemoryDeliveryLedger::settle(const std::string& message_id,
                                                const std::string& recipient, DeliveryState state,
                                                const std::string& reason, Instant now) {
  const std::lock_guard lock(mutex_);
  auto& delivery = at(message_id, recipient);
  const bool is_final = delivery.state == DeliveryState::sent ||
                        (delivery.state != DeliveryState::waiting && state != DeliveryState::sent);
  if (!is_final) {
    delivery.state = state;
    delivery.last_error = reason;
    delivery.claimed_until.reset();
    delivery.settled_at = now;
  }
  co_return Result<void>();
}

Task<Result<void>> MemoryDeliveryLedger::reopen_refused(const std::string& message_id) {
  const std::lock_guard lock(mutex_);
  for (auto& [key, delivery] : entries_) {
    if (key.first != message_id || delivery.state != DeliveryState::refused) continue;
    delivery.state = DeliveryState::waiting;
  }
  co_return Result<void>();
}

Task<Result<void>> MemoryDeliveryLedger::drop_refused(const std::string& message_id) {
  const std::lock_guard lock(mutex_);
  for (auto& [key, delivery] : entries_) {
    if (key.first != message_id || delivery.state != DeliveryState::refused) continue;
    delivery.state = DeliveryState::dropped;
  }
  co_return Result<void>();
}

Task<Result<std::vector<Delivery>>> MemoryDeliveryLedger::refused(std::size_t limit) {
  const std::lock_guard lock(mutex_);
  std::vector<Delivery> found;
  for (const auto& [key, delivery] : entries_) {
    if (delivery.state == DeliveryState::refused) found.push_back(delivery);
  }
  std::ranges::sort(found, {}, [](const Delivery& each) {
    return std::tie(each.settled_at, each.message_id, each.recipient);
  });
  if (found.size() > limit) found.resize(limit);
  co_return found;
}

Task<Result<std::vector<Delivery>>> MemoryDeliveryLedger::deliveries(
    const std::string& message_id) {
  const std::lock_guard lock(mutex_);
  std::vector<Delivery> found;
  for (const auto& [key, delivery] : entries_) {
    if (key.first == message_id) found.push_back(delivery);
  }
  co_return found;
}

}  // namespace invoicing::memory
