#pragma once
// Invoices as BSON: what we write, what the NestJS original wrote, and the way back.
// docs/reference/documents.md describes both.

#include <optional>
#include <string>

#include "domain/invoice.hpp"
#include "domain/result.hpp"
#include "mongo/bson_document.hpp"
#include "ports/invoice_store.hpp"

namespace invoicing::mongo {

/// The document of an invoice. `unique_reference`: with the field that the unique index is on.
Document to_document(const Invoice& invoice, bool unique_reference);

/// voidedAt, voidedBy, voidReason; null while it is not void.
Document void_members(const std::optional<Voiding>& voiding);

/// What a stored document says.
struct StoredInvoice {
  Invoice invoice;  ///< request_hash is set where the document has one
  bool has_request_hash = false;
  bool is_adopted = true;  ///< has recordedAt; otherwise recorded_at is the time in its _id
};

/// Reads a document of ours or of the original. Amounts and quantities without their Int64 field
/// are the shortest decimal of the number that is there, rounded half to even to the digits of the
/// currency (`default_currency` where the document names none) and to three. Error
/// stored_data_invalid names the member at fault: no date, no money, no quantity.
Result<StoredInvoice> from_document(const bson_t* document, const Currency& default_currency);

/// The canonical document of the API.
InvoiceDocument to_answer(const Invoice& invoice);

/// A number of the original (Int32, Int64 or Double) as a scaled integer; nothing when it is none
/// or lies outside 0 to `max`.
std::optional<std::int64_t> scaled_number(const Value& value, int digits, std::int64_t max);

}  // namespace invoicing::mongo
