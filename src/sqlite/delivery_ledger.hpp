#pragma once
// The ledger of deliveries in SQLite.

#include "ports/delivery_ledger.hpp"
#include "sqlite/database.hpp"

namespace invoicing::sqlite {

/// The contract of the port. Also answers overloaded (too much waits) and shutting_down. What is
/// sent stays sent: a later settle() changes nothing; what was refused or dropped may still become
/// sent. `database` must outlive it.
class SqliteDeliveryLedger final : public DeliveryLedger {
 public:
  explicit SqliteDeliveryLedger(Database& database) : engine_(database.engine()) {}

  Task<Result<Claim>> claim(const std::string& message_id, const std::string& recipient,
                            Instant now, Instant until) override;
  Task<Result<void>> settle(const std::string& message_id, const std::string& recipient,
                            DeliveryState state, const std::string& reason, Instant now) override;
  Task<Result<void>> reopen_refused(const std::string& message_id) override;
  Task<Result<void>> drop_refused(const std::string& message_id) override;
  Task<Result<std::vector<Delivery>>> refused(std::size_t limit) override;
  Task<Result<std::vector<Delivery>>> deliveries(const std::string& message_id) override;

  /// Ends every claim. For the start of a process: it holds the folder's lock, so whoever claimed
  /// is dead, and the mail need not wait for the claim to run out.
  Task<Result<void>> release_claims();

 private:
  Task<Result<void>> change_refused(const std::string& message_id, DeliveryState state);

  Engine& engine_;
};

}  // namespace invoicing::sqlite
