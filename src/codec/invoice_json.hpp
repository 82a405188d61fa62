#pragma once
// Invoices as JSON text: the canonical document that stores keep and GET answers, and the request
// body of POST. Field names and order as api/openapi.yaml has them.

#include <string>
#include <string_view>

#include "domain/business_calendar.hpp"
#include "domain/invoice.hpp"
#include "domain/result.hpp"

namespace invoicing::codec {

/// The canonical document: id, _id, customer, amount, currency, reference, date, items, status,
/// metadata, recordedAt, and, once void, voidedAt and voidReason (createdBy and voidedBy only when
/// set). The same invoice always gives the same bytes. No blanks, no line breaks.
std::string write_invoice(const Invoice& invoice);

/// The document of the invoice as it was at creation: write_invoice without the voiding.
std::string write_invoice_at_creation(const Invoice& invoice);

/// Reads a canonical document back; request_hash is not in it and stays zero. Error
/// stored_data_invalid: the text was not written by write_invoice.
Result<Invoice> read_invoice(std::string_view json);

/// What a client asks for: an invoice without id and recorded_at, and the key of an import line.
struct InvoiceRequest {
  Invoice invoice;              ///< request_hash is set; id, recorded_at and created_by are not
  bool has_date = false;        ///< otherwise the caller sets invoice.date to its clock
  std::string idempotency_key;  ///< of an import line; empty when absent
};

/// How to read a request.
struct InvoiceRequestOptions {
  const BusinessCalendar* calendar = nullptr;  ///< for dates without an offset; required
  Currency default_currency;
  bool allow_idempotency_key = false;  ///< import lines may have the member `idempotencyKey`
};

/// Reads and checks a request body. Errors: malformed_json (not one JSON object in valid UTF-8,
/// deeper than 32, a duplicate key, a NUL, text after it), validation_failed (all faults at once,
/// each with a JSON pointer). The request hash covers the parsed values before defaults (so that
/// blanks, key order, and 100.1 or 100.10 make no difference), not the idempotency key.
Result<InvoiceRequest> read_invoice_request(std::string_view body,
                                            const InvoiceRequestOptions& options);

/// Reads the body of POST /invoices/{id}/void: {"reason": "…"}. Errors as above.
Result<std::string> read_void_request(std::string_view body);

}  // namespace invoicing::codec
