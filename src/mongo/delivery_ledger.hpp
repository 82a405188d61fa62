#pragma once
// The ledger of deliveries in MongoDB, collection `deliveries`: what several senders share.

#include "mongo/client.hpp"
#include "ports/delivery_ledger.hpp"

namespace invoicing::mongo {

/// The contract of the port, and the errors of Client. What is sent stays sent: a later settle()
/// changes nothing; what was refused or dropped may still become sent. A claim is one document
/// under the key (message_id, recipient), taken by one atomic update. `client` must outlive it.
class MongoDeliveryLedger final : public DeliveryLedger {
 public:
  explicit MongoDeliveryLedger(Client& client) : engine_(client.engine()) {}

  Task<Result<Claim>> claim(const std::string& message_id, const std::string& recipient,
                            Instant now, Instant until) override;
  Task<Result<void>> settle(const std::string& message_id, const std::string& recipient,
                            DeliveryState state, const std::string& reason, Instant now) override;
  Task<Result<void>> reopen_refused(const std::string& message_id) override;
  Task<Result<void>> drop_refused(const std::string& message_id) override;
  Task<Result<std::vector<Delivery>>> refused(std::size_t limit) override;
  Task<Result<std::vector<Delivery>>> deliveries(const std::string& message_id) override;

 private:
  Task<Result<void>> change_refused(const std::string& message_id, DeliveryState state);

  Engine& engine_;
};

}  // namespace invoicing::mongo
