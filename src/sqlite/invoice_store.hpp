#pragma once
// Invoices in SQLite.

#include "ports/invoice_store.hpp"
#include "sqlite/database.hpp"

namespace invoicing::sqlite {

struct InvoiceStoreOptions {
  /// Refuse a second invoice with the same reference (any status), for clients that send no key.
  bool unique_reference = false;
};

/// The contract of the port. Also answers overloaded (too much waits) and shutting_down.
/// `database` must outlive it.
class SqliteInvoiceStore final : public InvoiceStore {
 public:
  SqliteInvoiceStore(Database& database, InvoiceStoreOptions options);

  Task<Result<InsertOutcome>> insert(const Invoice& invoice) override;
  Task<std::vector<Result<InsertOutcome>>> insert_all(std::span<const Invoice> invoices) override;
  Task<Result<std::optional<InvoiceDocument>>> find(const InvoiceId& id) override;
  Task<Result<std::optional<VoidOutcome>>> mark_void(const InvoiceId& id,
                                                     const Voiding& voiding) override;
  Task<Result<InvoicePage>> list(const InvoiceQuery& query) override;

 private:
  Engine& engine_;
  const InvoiceStoreOptions options_;
};

}  // namespace invoicing::sqlite
