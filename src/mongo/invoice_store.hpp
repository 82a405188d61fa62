#pragma once
// Invoices in MongoDB, collection `invoices` (docs/reference/documents.md).

#include "mongo/client.hpp"
#include "ports/invoice_store.hpp"

namespace invoicing::mongo {

/// The contract of the port, and the errors of Client. Documents of the NestJS original are read as
/// they are: in ClientOptions::default_currency, amounts and quantities as the shortest decimal of
/// their Double, rounded half to even. Until they are adopted they are in no list by order of
/// arrival and match no filter by amount or recorded_since. What is no invoice (no date, no money)
/// is left out of lists; find() answers stored_data_invalid for it. insert_all() sends everything
/// in one unordered batch. `client` must outlive it.
class MongoInvoiceStore final : public InvoiceStore {
 public:
  explicit MongoInvoiceStore(Client& client) : engine_(client.engine()) {}

  Task<Result<InsertOutcome>> insert(const Invoice& invoice) override;
  Task<std::vector<Result<InsertOutcome>>> insert_all(std::span<const Invoice> invoices) override;
  Task<Result<std::optional<InvoiceDocument>>> find(const InvoiceId& id) override;
  Task<Result<std::optional<VoidOutcome>>> mark_void(const InvoiceId& id,
                                                     const Voiding& voiding) override;
  Task<Result<InvoicePage>> list(const InvoiceQuery& query) override;

 private:
  Engine& engine_;
};

}  // namespace invoicing::mongo
