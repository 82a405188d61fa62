#pragma once
// Makes an invoice void, once and for good.

#include <string>

#include "async/task.hpp"
#include "ports/clock.hpp"
#include "ports/invoice_store.hpp"

namespace invoicing {

/// Thread-safe. References outlive the object.
class VoidInvoice {
 public:
  VoidInvoice(InvoiceStore& store, Clock& clock) : store_(store), clock_(clock) {}

  /// The invoice as it stands afterwards; a second call changes nothing, the first reason stays.
  /// Errors of InvoiceStore::mark_void, and invoice_not_found.
  Task<Result<VoidOutcome>> make_void(InvoiceId id, std::string reason, std::string by);

 private:
  InvoiceStore& store_;
  Clock& clock_;
};

}  // namespace invoicing
