#include "sqlite/session_store.hpp"

#include "sqlite/engine.hpp"
#include "sqlite/time_columns.hpp"

namespace invoicing::sqlite {

Task<Result<void>> SqliteSessionStore::add(const LoginSession& session, Instant now) {
  auto work = [&session, now](WriteSession& write) -> Result<void> {
    Connection& connection = write.connection;
    connection.prepared("DELETE FROM sessions WHERE expires_at <= ?1").execute(to_ms(now));
    const auto count = connection.read_integer("SELECT count(*) FROM sessions");
    if (count >= static_cast<std::int64_t>(kMaxSessions)) {
      return Error(ErrorCode::overloaded, "Too many people are logged in; try again later.");
    }
    connection.prepared("INSERT INTO sessions (hash, key_id, expires_at) VALUES (?1, ?2, ?3)")
        .execute(Blob{session.hash}, session.key_id, to_ms(session.expires_at));
    return {};
  };
  auto outcome = co_await engine_.write(std::move(work));
  co_return outcome;
}

Task<Result<std::optional<LoginSession>>> SqliteSessionStore::find(const KeyHash& hash) {
  auto read = [&hash](Connection& connection) -> Result<std::optional<LoginSession>> {
    auto rows = connection.prepared("SELECT key_id, expires_at FROM sessions WHERE hash = ?1")
                    .query(Blob{hash});
    if (!rows.next()) return std::nullopt;
    return LoginSession{hash, std::string(rows.text(0)), to_instant(rows.integer(1))};
  };
  auto session = co_await engine_.read(std::move(read));
  co_return session;
}

Task<Result<void>> SqliteSessionStore::remove(const KeyHash& hash) {
  auto work = [&hash](WriteSession& write) -> Result<void> {
    write.connection.prepared("DELETE FROM sessions WHERE hash = ?1").execute(Blob{hash});
    return {};
  };
  auto outcome = co_await engine_.write(std::move(work));
  co_return outcome;
}

}  // namespace invoicing::sqlite
