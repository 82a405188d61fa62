#include "mongo/api_key_store.hpp"

#include <algorithm>

#include "mongo/engine.hpp"

namespace invoicing::mongo {
namespace {

Document by_id(const std::string& id) {
  Document filter;
  filter.text("_id", id);
  return filter;
}

Document to_document(const ApiKey& key) {
  Document document = by_id(key.id);
  document.text("name", key.name)
      .text("scopes", key.scopes.to_text())
      .binary("hash", key.hash.data(), key.hash.size())
      .instant("createdAt", key.created_at)
      .optional_instant("expiresAt", key.expires_at)
      .optional_instant("revokedAt", key.revoked_at);
  return document;
}

Result<ApiKey> read_key(const bson_t* document) {
  const Reader in(document);
  const auto scopes = Scopes::parse(in.text_or_empty("scopes"));
  const auto hash = in.binary("hash");
  const auto created_at = in.instant("createdAt");
  ApiKey key;
  // A time that is there in another form must not read as "never".
  const bool times_are_read = (in.is_missing("expiresAt") || in.instant("expiresAt")) &&
                              (in.is_missing("revokedAt") || in.instant("revokedAt"));
  if (!scopes || !hash || hash->size() != key.hash.size() || !created_at || !times_are_read) {
    return Error(ErrorCode::stored_data_invalid, "An API key in the store cannot be read back");
  }
  key.id = in.text_or_empty("_id");
  key.name = in.text_or_empty("name");
  key.scopes = *scopes;
  std::ranges::transform(*hash, key.hash.begin(),
                         [](char byte) { return static_cast<std::uint8_t>(byte); });
  key.created_at = *created_at;
  key.expires_at = in.instant("expiresAt");
  key.revoked_at = in.instant("revokedAt");
  return key;
}

}  // namespace

Task<Result<bool>> MongoApiKeyStore::add(const ApiKey& key) {
  auto work = [&key](Session& session) -> Result<bool> {
    if (session.count(collections::kApiKeys) >= kMaxApiKeys) {
      return Error(ErrorCode::validation_failed, "there are too many API keys");
    }
    try {
      session.insert(collections::kApiKeys, to_document(key));
    } catch (const MongoError& error) {
      if (error.failure() != Failure::duplicate_key) throw;
      return false;
    }
    return true;
  };
  auto outcome = co_await engine_.run(Lane::quick, std::move(work));
  co_return outcome;
}

Task<Result<bool>> MongoApiKeyStore::revoke(const std::string& id, Instant now) {
  auto work = [&id, now](Session& session) -> Result<bool> {
    Document filter = by_id(id);
    filter.null("revokedAt");
    Document update;
    update.document("$set", Document().instant("revokedAt", now));
    if (session.update_one(collections::kApiKeys, filter, update) > 0) return true;
    return session.find_one(collections::kApiKeys, Concern::majority, by_id(id)).has_value();
  };
  auto outcome = co_await engine_.run(Lane::quick, std::move(work));
  co_return outcome;
}

Task<Result<std::vector<ApiKey>>> MongoApiKeyStore::all() {
  auto read = [](Session& session) -> Result<std::vector<ApiKey>> {
    Document sort;
    sort.small("createdAt", 1).small("_id", 1);
    Document options;
    options.document("sort", sort);
    std::vector<ApiKey> keys;
    std::optional<Error> fault;
    session.find(collections::kApiKeys, Concern::majority, {}, options, [&](const bson_t* row) {
      auto key = read_key(row);
      if (!key) {
        fault = key.error();
        return false;
      }
      keys.push_back(*std::move(key));
      return true;
    });
    if (fault) return *std::move(fault);
    return keys;
  };
  auto keys = co_await engine_.run(Lane::quick, std::move(read));
  co_return keys;
}

}  // namespace invoicing::mongo
