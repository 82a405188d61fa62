#pragma once
// The indexes of our collections.

#include "mongo/session.hpp"

namespace invoicing::mongo {

/// Makes those that are missing. `unique_reference`: also the one behind UNIQUE_REFERENCE. Any
/// number of processes at once. Throws MongoError (refused: one of another definition is there).
void make_indexes(Session& session, bool unique_reference);

}  // namespace invoicing::mongo
