#pragma once
// What the database knows of a move: the books' state and the note. All throw MongoError.

#include "domain/result.hpp"
#include "mongo/session.hpp"
#include "ports/store_move.hpp"

namespace invoicing::mongo {

/// As a majority has it. Error stored_data_invalid.
Result<MoveState> read_move_state(Session& session);

/// Sets members of the books, which must be there: else stored_data_invalid.
Result<void> set_in_books(Session& session, const Document& members);

}  // namespace invoicing::mongo
