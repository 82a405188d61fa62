#include "app/log_in.hpp"

#include <algorithm>
#include <utility>

#include "codec/base64url.hpp"
#include "domain/invoice_id.hpp"

namespace invoicing {

namespace {

// Beyond it all are forgotten at once and read anew, which costs a look at the store each.
constexpr std::size_t kMaxRemembered = 1000;

Error unauthorized() {
  return Error(ErrorCode::unauthorized, "log in with an API key that is valid here");
}

Error keys_are_old() {
  return Error(ErrorCode::storage_unavailable,
               "The API keys cannot be read at the moment, so nobody knows who may enter.");
}

}  // namespace

Task<Result<NewSession>> LogIn::begin(std::string key) {
  if (!keys_.is_fresh()) co_return keys_are_old();
  const Instant now = clock_.now();
  const auto found = keys_.find_key(key, now);
  if (!found) co_return unauthorized();
  const TokenBytes bytes = random_();
  NewSession made;
  made.token = codec::to_base64url(std::string(bytes.begin(), bytes.end()));
  LoginSession session{sha256(made.token), found->principal->id, now + lifetime_};
  if (found->expires_at) session.expires_at = std::min(session.expires_at, *found->expires_at);
  made.who = {found->principal, session.expires_at};
  const auto added = co_await store_.add(session, now);
  if (!added) co_return added.error();
  co_return made;
}

Task<Result<LoggedIn>> LogIn::find(std::string token, Time now) {
  if (!keys_.is_fresh()) co_return keys_are_old();
  const KeyHash hash = sha256(token);
  auto session = recall(hash, now);
  if (!session) {
    auto read = co_await store_.find(hash);
    if (!read) co_return read.error();
    if (!*read) co_return unauthorized();
    session = **std::move(read);
    remember(*session, now);
  }
  co_return owner_of(*session);
}

Result<LoggedIn> LogIn::owner_of(const LoginSession& session) const {
  const Instant now = clock_.now();
  auto caller = keys_.find_by_id(session.key_id, now);
  if (!caller || now >= session.expires_at) return unauthorized();
  return LoggedIn{std::move(caller), session.expires_at};
}

Task<Result<void>> LogIn::end(std::string token) {
  const KeyHash hash = sha256(token);
  auto removed = co_await store_.remove(hash);
  const std::lock_guard lock(mutex_);
  if (removed) remembered_.erase(hash);
  co_return removed;
}

std::optional<LoginSession> LogIn::recall(const KeyHash& hash, Time now) {
  const std::lock_guard lock(mutex_);
  const auto found = remembered_.find(hash);
  if (found == remembered_.end() || now - found->second.read_at >= kRemembered) return std::nullopt;
  return found->second.session;
}

void LogIn::remember(const LoginSession& session, Time now) {
  const std::lock_guard lock(mutex_);
  if (remembered_.size() >= kMaxRemembered) remembered_.clear();
  remembered_[session.hash] = {session, now};
}

}  // namespace invoicing
