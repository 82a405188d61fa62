#pragma once
// Reports, their outbox entries and the books as BSON (docs/reference/documents.md).

#include <optional>
#include <vector>

#include "domain/result.hpp"
#include "mongo/bson_document.hpp"
#include "ports/report_store.hpp"
#include "ports/store_move.hpp"

namespace invoicing::mongo {

/// The document of a report that is being sealed, its outbox entry included.
Document to_document(const SalesReport& report);
/// The same with an entry that has a past.
Document to_document(const SalesReport& report, const OutboxEntry& entry);
Document to_document(const Books& books);
/// With the note of the move that they came by.
Document to_document(const Books& books, const MoveNote& note);

/// Errors of all: stored_data_invalid.
Result<SalesReport> read_report(const bson_t* document);
Result<ReportHead> read_head(const bson_t* document);
Result<OutboxEntry> read_entry(const bson_t* document);
Result<Books> read_books(const bson_t* document);

/// Nothing where nothing was ever moved.
std::optional<MoveNote> read_note(const bson_t* document);
/// The member `move` of the books.
Document to_document(const MoveNote& note);

/// The projections behind them: a head or an entry is read without the figures, which may be 8 MB.
Document report_members();
Document head_members();
Document entry_members();

/// "sealed", "published", "done".
const char* to_text(OutboxState state);
/// "open", "importing", "moved".
const char* to_text(BooksState state);

}  // namespace invoicing::mongo
