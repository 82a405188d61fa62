#pragma once
// Sessions of people in MongoDB, collection `sessions` (docs/reference/documents.md).

#include "mongo/client.hpp"
#include "ports/session_store.hpp"

namespace invoicing::mongo {

/// The contract of the port, and the errors of Client. Of several who log in at once each may find
/// room, so that there may be a few more than kMaxSessions. `client` must outlive it.
class MongoSessionStore final : public SessionStore {
 public:
  explicit MongoSessionStore(Client& client) : engine_(client.engine()) {}

  Task<Result<void>> add(const LoginSession& session, Instant now) override;
  Task<Result<std::optional<LoginSession>>> find(const KeyHash& hash) override;
  Task<Result<void>> remove(const KeyHash& hash) override;

 private:
  Engine& engine_;
};

}  // namespace invoicing::mongo
