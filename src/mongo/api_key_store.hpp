#pragma once
// API keys in MongoDB, collection `apiKeys` (docs/reference/documents.md).

#include "mongo/client.hpp"
#include "ports/api_key_store.hpp"

namespace invoicing::mongo {

/// The contract of the port, and the errors of Client. Of several who add a key at once each may
/// find room for it, so that there may be a few more than kMaxApiKeys. `client` must outlive it.
class MongoApiKeyStore final : public ApiKeyStore {
 public:
  explicit MongoApiKeyStore(Client& client) : engine_(client.engine()) {}

  Task<Result<bool>> add(const ApiKey& key) override;
  Task<Result<bool>> revoke(const std::string& id, Instant now) override;
  Task<Result<std::vector<ApiKey>>> all() override;

 private:
  Engine& engine_;
};

}  // namespace invoicing::mongo
