#pragma once
// The refusal to work on books that are elsewhere.

#include "async/task.hpp"
#include "domain/result.hpp"
#include "sqlite/database.hpp"

namespace invoicing::services {

/// Error books_not_open with one line for the operator: the books were moved away, or an import
/// into this folder has not ended. A store without books is fine.
Task<Result<void>> check_books_are_here(sqlite::Database& database);
/// The same, before any context runs. Blocks.
Result<void> check_books_before_start(sqlite::Database& database);

}  // namespace invoicing::services
