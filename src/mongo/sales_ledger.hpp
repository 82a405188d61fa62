#pragma once
// The sums over invoices in MongoDB.

#include "mongo/client.hpp"
#include "ports/sales_ledger.hpp"

namespace invoicing::mongo {

/// The contract of the port, and the errors of Client. A snapshot holds no connection and freezes
/// nothing: each call reads what a majority has at that moment. Figures count adopted documents
/// only. figures() adds up in the server, figures_from_invoices() streams the invoices and adds up
/// here; neither holds more than one number per currency and SKU. `client` outlives the ledger and
/// its snapshots.
class MongoSalesLedger final : public SalesLedger {
 public:
  explicit MongoSalesLedger(Client& client) : engine_(client.engine()) {}

  Task<Result<std::unique_ptr<SalesSnapshot>>> snapshot(Instant now) override;

 private:
  Engine& engine_;
};

}  // namespace invoicing::mongo
