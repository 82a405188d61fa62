#pragma once
// API keys in SQLite.

#include "ports/api_key_store.hpp"
#include "sqlite/database.hpp"

namespace invoicing::sqlite {

/// The contract of the port. Also answers overloaded (too much waits) and shutting_down.
/// `database` must outlive it.
class SqliteApiKeyStore final : public ApiKeyStore {
 public:
  explicit SqliteApiKeyStore(Database& database) : engine_(database.engine()) {}

  Task<Result<bool>> add(const ApiKey& key) override;
  Task<Result<bool>> revoke(const std::string& id, Instant now) override;
  Task<Result<std::vector<ApiKey>>> all() override;

 private:
  Engine& engine_;
};

}  // namespace invoicing::sqlite
