#include "services/standalone/moved_books.hpp"

#include <string>

#include "services/common/command_outcome.hpp"
#include "sqlite/move_source.hpp"

namespace invoicing::services {

namespace {

Task<CommandOutcome> check_alone(sqlite::Database& database) {
  const auto here = co_await check_books_are_here(database);
  if (!here) co_return CommandOutcome{kFailed, here.error().detail()};
  co_return CommandOutcome{};
}

}  // namespace

Task<Result<void>> check_books_are_here(sqlite::Database& database) {
  sqlite::SqliteMoveSource store(database);
  const auto state = co_await store.state();
  if (!state) co_return state.error();
  if (!state->books || state->books->state == BooksState::open) co_return Result<void>();
  const std::string other = state->note ? state->note->other : std::string("another store");
  if (state->books->state == BooksState::moved) {
    co_return Error(ErrorCode::books_not_open, "the books of this folder were moved to " + other +
                                                   "; what they hold can still be audited");
  }
  co_return Error(ErrorCode::books_not_open,
                  "the import from " + other + " has not ended; repeat import --from");
}

Result<void> check_books_before_start(sqlite::Database& database) {
  const auto outcome = run_to_end(check_alone(database));
  if (outcome.exit_code == 0) return {};
  return Error(ErrorCode::books_not_open, outcome.text);
}

}  // namespace invoicing::services
