#pragma once
// API keys in memory.

#include <map>
#include <mutex>
#include <string>

#include "ports/api_key_store.hpp"

namespace invoicing::memory {

/// Thread-safe. Every call is done before it returns.
class MemoryApiKeyStore final : public ApiKeyStore {
 public:
  Task<Result<bool>> add(const ApiKey& key) override;
  Task<Result<bool>> revoke(const std::string& id, Instant now) override;
  Task<Result<std::vector<ApiKey>>> all() override;

 private:
  std::mutex mutex_;
  std::map<std::string, ApiKey> keys_;
};

}  // namespace invoicing::memory
