#include "services/common/access_control.hpp"

#include "services/common/random_seed.hpp"

namespace invoicing::services {

namespace {

TokenBytes random_token() {
  TokenBytes bytes{};
  fill_with_random(bytes);
  return bytes;
}

}  // namespace

AccessControl::AccessControl(RolesThread& roles, const AuthOptions& options,
                             ApiKeyStore& stored_keys, SessionStore& sessions, const Clock& clock)
    : roles_(roles),
      keys_(options.keys),
      clock_(clock),
      key_watch_(roles.executor(), stored_keys),
      log_in_(sessions, key_watch_.ring(), clock, options.session_lifetime, random_token),
      limits_(options.limits) {
  if (options.tokens) token_watch_.emplace(roles.executor(), *options.tokens, random_seed());
}

void AccessControl::start() {
  if (keys_) roles_.spawn(key_watch_.run());
  if (token_watch_) roles_.spawn(token_watch_->run());
}

void AccessControl::stop() {
  key_watch_.stop();
  if (token_watch_) token_watch_->stop();
}

rest::Authentication AccessControl::authentication() {
  const KeyRing* const keys = keys_ ? &key_watch_.ring() : nullptr;
  TokenVerifier* const tokens = token_watch_ ? &token_watch_->verifier() : nullptr;
  return rest::Authentication({keys, tokens, log_in()}, clock_).limited_by(limits_);
}

void AccessControl::add_missing(std::vector<rest::Missing>& missing) const {
  if (keys_) {
    if (const auto keys = key_watch_.missing()) missing.push_back(*keys);
  }
  if (token_watch_) {
    if (const auto tokens = token_watch_->missing()) missing.push_back(*tokens);
  }
}

}  // namespace invoicing::services
