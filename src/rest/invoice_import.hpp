#pragma once
// POST /invoices/import: NDJSON in, one result line per input line out, in constant memory.

#include <memory>

#include "app/create_invoice.hpp"
#include "codec/invoice_json.hpp"
#include "http/message.hpp"
#include "ports/observer.hpp"
#include "rest/authentication.hpp"

namespace invoicing::rest {

/// Who imports, and through what; the references outlive the result.
struct ImportDoors {
  CreateInvoice& create;
  Observer& observer;
  Caller caller;
};

/// Pulls lines from `body` as they arrive, stores them a batch at a time, and answers each after it
/// is durable. `body` outlives the result.
std::unique_ptr<http::BodySource> import_invoices(ImportDoors doors,
                                                  codec::InvoiceRequestOptions options,
                                                  http::BodyReader& body);

}  // namespace invoicing::rest
