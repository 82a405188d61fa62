#pragma once
// A store of invoices that answers at once while its server is known to be away, and takes no
// writes while the clocks differ.

#include "ports/invoice_store.hpp"
#include "services/split/mongo_watch.hpp"

namespace invoicing::services {

/// The contract of the port, and clock_skewed from every write. References outlive it.
class GuardedInvoiceStore final : public InvoiceStore {
 public:
  GuardedInvoiceStore(InvoiceStore& store, const MongoWatch& watch)
      : store_(store), watch_(watch) {}

  Task<Result<InsertOutcome>> insert(const Invoice& invoice) override;
  Task<std::vector<Result<InsertOutcome>>> insert_all(std::span<const Invoice> invoices) override;
  Task<Result<std::optional<InvoiceDocument>>> find(const InvoiceId& id) override;
  Task<Result<std::optional<VoidOutcome>>> mark_void(const InvoiceId& id,
                                                     const Voiding& voiding) override;
  Task<Result<InvoicePage>> list(const InvoiceQuery& query) override;

 private:
  InvoiceStore& store_;
  const MongoWatch& watch_;
};

}  // namespace invoicing::services
