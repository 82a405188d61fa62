#pragma once
// Reports, their outbox entries and the books as BSON (docs/reference/documents.md).

#include <vector>

#include "domain/result.hpp"
#include "mongo/bson_document.hpp"
#include "ports/report_store.hpp"

namespace invoicing::mongo {

/// The document of a report that is being sealed, its outbox entry included.
Document to_document(const SalesReport& report);
Document to_document(const Books& books);

/// Errors of all: stored_data_invalid.
Result<SalesReport> read_report(const bson_t* document);
Result<ReportHead> read_head(const bson_t* document);
Result<OutboxEntry> read_entry(const bson_t* document);
Result<Books> read_books(const bson_t* document);

/// The projections behind them: a head or an entry is read without the figures, which may be 8 MB.
Document report_members();
Document head_members();
Document entry_members();

/// "sealed", "published", "done".
const char* to_text(OutboxState state);

}  // namespace invoicing::mongo
