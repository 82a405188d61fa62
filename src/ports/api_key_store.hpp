#pragma once
// The door to the API keys. Adapters: memory (tests), sqlite, mongo, and a file of their own
// (keyfile).

#include <cstddef>
#include <string>
#include <vector>

#include "async/task.hpp"
#include "domain/api_key.hpp"
#include "domain/result.hpp"

namespace invoicing {

/// Keys that an installation may have at a time, revoked and expired ones included: all of them are
/// held in memory by every copy.
inline constexpr std::size_t kMaxApiKeys = 10'000;

/// Thread-safe. Every call resumes on the executor it was awaited on. Errors of all calls:
/// storage_unavailable, storage_full (nothing was done), stored_data_invalid; of writes also
/// outcome_unknown (look at all()).
class ApiKeyStore {
 public:
  virtual ~ApiKeyStore() = default;

  /// Durable on return. False: there is a key with this id, nothing was written. Error
  /// validation_failed: there are kMaxApiKeys.
  virtual Task<Result<bool>> add(const ApiKey& key) = 0;

  /// Revokes the key, for good; the first time stays. Durable on return. False: no key has this id.
  virtual Task<Result<bool>> revoke(const std::string& id, Instant now) = 0;

  /// Every key, by created_at and id.
  virtual Task<Result<std::vector<ApiKey>>> all() = 0;
};

}  // namespace invoicing
