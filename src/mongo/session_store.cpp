#include "mongo/session_store.hpp"

#include "domain/hex.hpp"
#include "mongo/engine.hpp"

namespace invoicing::mongo {
namespace {

Document by_hash(const KeyHash& hash) {
  Document filter;
  filter.text("_id", to_hex(hash));
  return filter;
}

}  // namespace

Task<Result<void>> MongoSessionStore::add(const LoginSession& session, Instant now) {
  auto work = [&session, now](Session& connection) -> Result<void> {
    Document over;
    over.document("expiresAt", Document().instant("$lte", now));
    connection.remove_many(collections::kSessions, over);
    if (connection.count(collections::kSessions) >= kMaxSessions) {
      return Error(ErrorCode::overloaded, "Too many people are logged in; try again later.");
    }
    Document document = by_hash(session.hash);
    document.text("keyId", session.key_id).instant("expiresAt", session.expires_at);
    connection.insert(collections::kSessions, document);
    return {};
  };
  auto outcome = co_await engine_.run(Lane::quick, std::move(work));
  co_return outcome;
}

Task<Result<std::optional<LoginSession>>> MongoSessionStore::find(const KeyHash& hash) {
  auto read = [&hash](Session& connection) -> Result<std::optional<LoginSession>> {
    const auto found =
        connection.find_one(collections::kSessions, Concern::majority, by_hash(hash));
    if (!found) return std::nullopt;
    const Reader in(found->get());
    const auto expires_at = in.instant("expiresAt");
    if (!expires_at) {
      return Error(ErrorCode::stored_data_invalid, "A session in the store cannot be read back");
    }
    return LoginSession{hash, in.text_or_empty("keyId"), *expires_at};
  };
  auto session = co_await engine_.run(Lane::quick, std::move(read));
  co_return session;
}

Task<Result<void>> MongoSessionStore::remove(const KeyHash& hash) {
  auto work = [&hash](Session& connection) -> Result<void> {
    connection.remove_many(collections::kSessions, by_hash(hash));
    return {};
  };
  auto outcome = co_await engine_.run(Lane::quick, std::move(work));
  co_return outcome;
}

}  // namespace invoicing::mongo
