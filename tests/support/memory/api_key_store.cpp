#include "tests/support/memory/api_key_store.hpp"

#include <algorithm>
#include <tuple>

namespace invoicing::memory {

Task<Result<bool>> MemoryApiKeyStore::add(const ApiKey& key) {
  const std::lock_guard lock(mutex_);
  if (keys_.size() >= kMaxApiKeys) {
    co_return Error(ErrorCode::validation_failed, "there are too many API keys");
  }
  co_return keys_.emplace(key.id, key).second;
}

Task<Result<bool>> MemoryApiKeyStore::revoke(const std::string& id, Instant now) {
  const std::lock_guard lock(mutex_);
  const auto found = keys_.find(id);
  if (found == keys_.end()) co_return false;
  if (!found->second.revoked_at) found->second.revoked_at = now;
  co_return true;
}

Task<Result<std::vector<ApiKey>>> MemoryApiKeyStore::all() {
  const std::lock_guard lock(mutex_);
  std::vector<ApiKey> keys;
  for (const auto& [id, key] : keys_) keys.push_back(key);
  std::ranges::sort(keys, {}, [](const ApiKey& key) { return std::tie(key.created_at, key.id); });
  co_return keys;
}

}  // namespace invoicing::memory
