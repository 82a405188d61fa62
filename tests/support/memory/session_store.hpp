#pragma once
// Sessions of people in memory.

#include <map>
#include <mutex>

#include "ports/session_store.hpp"

namespace invoicing::memory {

/// Thread-safe. Every call is done before it returns.
class MemorySessionStore final : public SessionStore {
 public:
  Task<Result<void>> add(const LoginSession& session, Instant now) override;
  Task<Result<std::optional<LoginSession>>> find(const KeyHash& hash) override;
  Task<Result<void>> remove(const KeyHash& hash) override;

 private:
  std::mutex mutex_;
  std::map<KeyHash, LoginSession> sessions_;
};

}  // namespace invoicing::memory
