#pragma once
// Invoices in memory: the reference that other adapters are compared with. Every call is done
// before it returns, and every answer is found by looking at each invoice.

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "ports/invoice_store.hpp"
#include "ports/sales_ledger.hpp"

namespace invoicing::memory {

/// What the store and the ledger share.
struct Invoices {
  std::mutex mutex;
  std::map<InvoiceId, Invoice> by_id;
  std::vector<Instant> changes;  ///< the date of the invoice of each insert or void, in order
};

/// Thread-safe. Never fails.
class MemoryInvoiceStore final : public InvoiceStore {
 public:
  explicit MemoryInvoiceStore(std::shared_ptr<Invoices> invoices, bool unique_reference = false)
      : invoices_(std::move(invoices)), unique_reference_(unique_reference) {}

  Task<Result<InsertOutcome>> insert(const Invoice& invoice) override;
  Task<std::vector<Result<InsertOutcome>>> insert_all(std::span<const Invoice> invoices) override;
  Task<Result<std::optional<InvoiceDocument>>> find(const InvoiceId& id) override;
  Task<Result<std::optional<VoidOutcome>>> mark_void(const InvoiceId& id,
                                                     const Voiding& voiding) override;
  Task<Result<InvoicePage>> list(const InvoiceQuery& query) override;

 private:
  InsertOutcome insert_locked(const Invoice& invoice);

  const std::shared_ptr<Invoices> invoices_;
  const bool unique_reference_;
};

/// Thread-safe. A snapshot is a copy.
class MemorySalesLedger final : public SalesLedger {
 public:
  explicit MemorySalesLedger(std::shared_ptr<Invoices> invoices) : invoices_(std::move(invoices)) {}

  Task<Result<std::unique_ptr<SalesSnapshot>>> snapshot(Instant now) override;

 private:
  const std::shared_ptr<Invoices> invoices_;
};

}  // namespace invoicing::memory
