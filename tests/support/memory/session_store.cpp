#include "tests/support/memory/session_store.hpp"

namespace invoicing::memory {

Task<Result<void>> MemorySessionStore::add(const LoginSession& session, Instant now) {
  const std::lock_guard lock(mutex_);
  std::erase_if(sessions_, [now](const auto& each) { return each.second.expires_at <= now; });
  if (sessions_.size() >= kMaxSessions) {
    co_return Error(ErrorCode::overloaded, "Too many people are logged in; try again later.");
  }
  sessions_.emplace(session.hash, session);
  co_return Result<void>();
}

Task<Result<std::optional<LoginSession>>> MemorySessionStore::find(const KeyHash& hash) {
  const std::lock_guard lock(mutex_);
  const auto found = sessions_.find(hash);
  if (found == sessions_.end()) co_return std::nullopt;
  co_return found->second;
}

Task<Result<void>> MemorySessionStore::remove(const KeyHash& hash) {
  const std::lock_guard lock(mutex_);
  sessions_.erase(hash);
  co_return Result<void>();
}

}  // namespace invoicing::memory
