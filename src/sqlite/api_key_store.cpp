#include "sqlite/api_key_store.hpp"

#include <algorithm>

#include "sqlite/engine.hpp"
#include "sqlite/time_columns.hpp"

namespace invoicing::sqlite {
namespace {

constexpr std::string_view kInsert = R"sql(
INSERT INTO api_keys (id, name, scopes, hash, created_at, expires_at, revoked_at)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (id) DO NOTHING)sql";
constexpr std::string_view kRevoke =
    "UPDATE api_keys SET revoked_at = coalesce(revoked_at, ?2) WHERE id = ?1";
constexpr std::string_view kAll =
    "SELECT id, name, scopes, hash, created_at, expires_at, revoked_at FROM api_keys"
    " ORDER BY created_at, id";

Result<ApiKey> to_key(const Rows& rows) {
  const auto scopes = Scopes::parse(rows.text(2));
  const auto hash = rows.blob(3);
  ApiKey key;
  if (!scopes || hash.size() != key.hash.size()) {
    return Error(ErrorCode::stored_data_invalid, "An API key in the store cannot be read back");
  }
  key.id = rows.text(0);
  key.name = rows.text(1);
  key.scopes = *scopes;
  std::ranges::copy(hash, key.hash.begin());
  key.created_at = to_instant(rows.integer(4));
  key.expires_at = to_instant(rows.optional_integer(5));
  key.revoked_at = to_instant(rows.optional_integer(6));
  return key;
}

}  // namespace

Task<Result<bool>> SqliteApiKeyStore::add(const ApiKey& key) {
  auto work = [&key](WriteSession& session) -> Result<bool> {
    const auto count = session.connection.read_integer("SELECT count(*) FROM api_keys");
    if (count >= static_cast<std::int64_t>(kMaxApiKeys)) {
      return Error(ErrorCode::validation_failed, "there are too many API keys");
    }
    const std::string scopes = key.scopes.to_text();
    session.connection.prepared(kInsert).execute(key.id, key.name, scopes, Blob{key.hash},
                                                 to_ms(key.created_at), to_ms(key.expires_at),
                                                 to_ms(key.revoked_at));
    return session.connection.changes() > 0;
  };
  auto outcome = co_await engine_.write(std::move(work));
  co_return outcome;
}

Task<Result<bool>> SqliteApiKeyStore::revoke(const std::string& id, Instant now) {
  auto work = [&id, now](WriteSession& session) -> Result<bool> {
    session.connection.prepared(kRevoke).execute(id, to_ms(now));
    return session.connection.changes() > 0;
  };
  auto outcome = co_await engine_.write(std::move(work));
  co_return outcome;
}

Task<Result<std::vector<ApiKey>>> SqliteApiKeyStore::all() {
  auto read = [](Connection& connection) -> Result<std::vector<ApiKey>> {
    auto rows = connection.prepared(kAll).query();
    std::vector<ApiKey> keys;
    while (rows.next()) {
      auto key = to_key(rows);
      if (!key) return key.error();
      keys.push_back(*std::move(key));
    }
    return keys;
  };
  auto keys = co_await engine_.read(std::move(read));
  co_return keys;
}

}  // namespace invoicing::sqlite
