#include "sqlite/move_note.hpp"

#include "sqlite/time_columns.hpp"

namespace invoicing::sqlite {

MoveState read_move_state(Connection& connection) {
  MoveState state;
  {
    auto rows = connection.prepared("SELECT state, opening, opening_day FROM books").query();
    if (rows.next()) {
      state.books = Books{.state = static_cast<BooksState>(rows.integer(0)),
                          .opening = to_instant(rows.integer(1)),
                          .opening_day = to_day(rows.integer(2))};
    }
  }
  {
    auto rows = connection.prepared("SELECT move_id, other FROM move_note").query();
    if (rows.next()) state.note = MoveNote{std::string(rows.text(0)), std::string(rows.text(1))};
  }
  state.is_empty = connection.read_integer(
                       "SELECT EXISTS (SELECT 1 FROM invoices) OR EXISTS (SELECT 1 FROM reports)"
                       " OR EXISTS (SELECT 1 FROM deliveries)") == 0;
  return state;
}

void write_move_note(Connection& connection, const MoveNote& note) {
  connection.prepared("INSERT OR REPLACE INTO move_note VALUES (1, ?1, ?2)")
      .execute(note.move_id, note.other);
}

void write_books_state(Connection& connection, BooksState state) {
  connection.prepared("UPDATE books SET state = ?1").execute(static_cast<std::int64_t>(state));
}

}  // namespace invoicing::sqlite
