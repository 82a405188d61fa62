#pragma once
// Sessions of people in SQLite.

#include "ports/session_store.hpp"
#include "sqlite/database.hpp"

namespace invoicing::sqlite {

/// The contract of the port. Also answers overloaded (too much waits) and shutting_down.
/// `database` must outlive it.
class SqliteSessionStore final : public SessionStore {
 public:
  explicit SqliteSessionStore(Database& database) : engine_(database.engine()) {}

  Task<Result<void>> add(const LoginSession& session, Instant now) override;
  Task<Result<std::optional<LoginSession>>> find(const KeyHash& hash) override;
  Task<Result<void>> remove(const KeyHash& hash) override;

 private:
  Engine& engine_;
};

}  // namespace invoicing::sqlite
