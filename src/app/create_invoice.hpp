#pragma once
// Takes invoices: gives each its id and its times, and stores it once.

#include <string>
#include <vector>

#include "async/task.hpp"
#include "domain/invoice.hpp"
#include "domain/result.hpp"
#include "ports/clock.hpp"
#include "ports/invoice_store.hpp"

namespace invoicing {

/// What a client asks for. `invoice` has no id and no recorded_at yet.
struct NewInvoice {
  Invoice invoice;
  bool has_date = false;        ///< otherwise the invoice is dated now
  std::string owner;            ///< the name behind the API key; empty without keys
  std::string idempotency_key;  ///< empty: every request makes an invoice of its own
};

/// Thread-safe. References outlive the object.
class CreateInvoice {
 public:
  CreateInvoice(InvoiceStore& store, Clock& clock, InvoiceIdGenerator& ids)
      : store_(store), clock_(clock), ids_(ids) {}

  /// Errors of InvoiceStore::insert; further
  /// idempotency_key_reused: the key came before with another body; nothing was stored.
  /// reference_taken: only with unique references.
  Task<Result<InsertOutcome>> create(NewInvoice request);

  /// The same for up to 1000 requests, each with its own outcome, in order.
  Task<std::vector<Result<InsertOutcome>>> create_all(std::vector<NewInvoice> requests);

 private:
  Invoice complete(NewInvoice request);

  InvoiceStore& store_;
  Clock& clock_;
  InvoiceIdGenerator& ids_;
};

}  // namespace invoicing
