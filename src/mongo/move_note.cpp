#include "mongo/move_note.hpp"

#include "mongo/report_documents.hpp"

namespace invoicing::mongo {
namespace {

Document the_books() {
  Document filter;
  filter.text("_id", "books");
  return filter;
}

bool holds_nothing(Session& session, const char* collection) {
  Document id;
  id.small("_id", 1);
  Document options;
  options.document("projection", id);
  return !session.find_one(collection, Concern::local, {}, options);
}

}  // namespace

Result<MoveState> read_move_state(Session& session) {
  MoveState state;
  const auto found = session.find_one(collections::kBooks, Concern::majority, the_books());
  if (found) {
    const auto books = read_books(found->get());
    if (!books) return books.error();
    state.books = *books;
    state.note = read_note(found->get());
  }
  state.is_empty = holds_nothing(session, collections::kInvoices) &&
                   holds_nothing(session, collections::kReports) &&
                   holds_nothing(session, collections::kDeliveries);
  return state;
}

Result<void> set_in_books(Session& session, const Document& members) {
  Document update;
  update.document("$set", members);
  if (session.update_one(collections::kBooks, the_books(), update) > 0) return {};
  return Error(ErrorCode::stored_data_invalid, "The record of the books is not there.");
}

}  // namespace invoicing::mongo
