#include "services/invoice_service/guarded_invoice_store.hpp"

namespace invoicing::services {

Task<Result<InsertOutcome>> GuardedInvoiceStore::insert(const Invoice& invoice) {
  const auto allowed = watch_.may_write();
  if (!allowed) co_return allowed.error();
  auto outcome = co_await store_.insert(invoice);
  co_return outcome;
}

Task<std::vector<Result<InsertOutcome>>> GuardedInvoiceStore::insert_all(
    std::span<const Invoice> invoices) {
  const auto allowed = watch_.may_write();
  if (!allowed) {
    co_return std::vector<Result<InsertOutcome>>(invoices.size(),
                                                 Result<InsertOutcome>(allowed.error()));
  }
  auto outcomes = co_await store_.insert_all(invoices);
  co_return outcomes;
}

Task<Result<std::optional<InvoiceDocument>>> GuardedInvoiceStore::find(const InvoiceId& id) {
  const auto allowed = watch_.may_read();
  if (!allowed) co_return allowed.error();
  auto found = co_await store_.find(id);
  co_return found;
}

Task<Result<std::optional<VoidOutcome>>> GuardedInvoiceStore::mark_void(const InvoiceId& id,
                                                                        const Voiding& voiding) {
  const auto allowed = watch_.may_write();
  if (!allowed) co_return allowed.error();
  auto outcome = co_await store_.mark_void(id, voiding);
  co_return outcome;
}

Task<Result<InvoicePage>> GuardedInvoiceStore::list(const InvoiceQuery& query) {
  const auto allowed = watch_.may_read();
  if (!allowed) co_return allowed.error();
  auto page = co_await store_.list(query);
  co_return page;
}

}  // namespace invoicing::services
