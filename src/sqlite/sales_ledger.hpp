#pragma once
// The sums over invoices in SQLite.

#include "ports/sales_ledger.hpp"
#include "sqlite/database.hpp"

namespace invoicing::sqlite {

/// The contract of the port. A snapshot is an open read transaction on a connection of its own: all
/// its calls see the state at the time of snapshot(). While it lives the write-ahead log grows, so
/// it should live for seconds. Also answers overloaded (more than 16 snapshots, or too much waits)
/// and shutting_down. `database` outlives the ledger and its snapshots.
class SqliteSalesLedger final : public SalesLedger {
 public:
  explicit SqliteSalesLedger(Database& database) : engine_(database.engine()) {}

  Task<Result<std::unique_ptr<SalesSnapshot>>> snapshot(Instant now) override;

 private:
  Engine& engine_;
};

}  // namespace invoicing::sqlite
