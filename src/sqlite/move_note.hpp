#pragma once
// What the file knows of a move: the books' state and the note. All throw SqlError.

#include "ports/store_move.hpp"
#include "sqlite/connection.hpp"

namespace invoicing::sqlite {

MoveState read_move_state(Connection& connection);

/// Inside the caller's transaction; replaces the note.
void write_move_note(Connection& connection, const MoveNote& note);
/// Inside the caller's transaction; the books must be there.
void write_books_state(Connection& connection, BooksState state);

}  // namespace invoicing::sqlite
