#pragma once
// The ledger of deliveries in memory.

#include <map>
#include <mutex>
#include <string>
#include <utility>

#include "ports/delivery_ledger.hpp"

namespace invoicing::memory {

/// Thread-safe. Every call is done before it returns.
class MemoryDeliveryLedger final : public DeliveryLedger {
 public:
  Task<Result<Claim>> claim(const std::string& message_id, const std::string& recipient,
                            Instant now, Instant until) override;
  Task<Result<void>> settle(const std::string& message_id, const std::string& recipient,
                            DeliveryState state, const std::string& reason, Instant now) override;
  Task<Result<void>> reopen_refused(const std::string& message_id) override;
  Task<Result<void>> drop_refused(const std::string& message_id) override;
  Task<Result<std::vector<Delivery>>> refused(std::size_t limit) override;
  Task<Result<std::vector<Delivery>>> deliveries(const std::string& message_id) override;

 private:
  Delivery& at(const std::string& message_id, const std::string& recipient);

  std::mutex mutex_;
  std::map<std::pair<std::string, std::string>, Delivery> entries_;
};

}  // namespace invoicing::memory
