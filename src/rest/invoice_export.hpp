#pragma once
// Everything that a query matches, streamed in constant memory: a page at a time.

#include <memory>

#include "http/message.hpp"
#include "ports/invoice_store.hpp"

namespace invoicing::rest {

/// One invoice per line, LF.
std::unique_ptr<http::BodySource> export_ndjson(InvoiceStore& store, InvoiceQuery query);
/// RFC 4180 with a header row, one row per item.
std::unique_ptr<http::BodySource> export_csv(InvoiceStore& store, InvoiceQuery query);

}  // namespace invoicing::rest
