#pragma once
// Who may enter and how often, as one process knows it.

#include <optional>
#include <string_view>
#include <vector>

#include "app/log_in.hpp"
#include "ports/api_key_store.hpp"
#include "ports/clock.hpp"
#include "ports/session_store.hpp"
#include "rest/authentication.hpp"
#include "rest/rate_limits.hpp"
#include "services/common/auth_options.hpp"
#include "services/common/key_watch.hpp"
#include "services/common/roles_thread.hpp"
#include "services/common/token_watch.hpp"

namespace invoicing::services {

/// Its loops run on the roles' thread, which outlives it, as do the stores and `clock`. What
/// authentication() and log_in() give refers to it.
class AccessControl {
 public:
  AccessControl(RolesThread& roles, const AuthOptions& options, ApiKeyStore& stored_keys,
                SessionStore& sessions, const Clock& clock);

  /// Once, before the roles' thread starts.
  void start();
  /// Asks the loops to end. Any thread.
  void stop();
  /// Any thread: reads the API keys now, because one was made or revoked here.
  void look_now() { key_watch_.look_now(); }

  rest::Authentication authentication();
  /// Null where no keys are asked for.
  LogIn* log_in() { return keys_ ? &log_in_ : nullptr; }
  /// Adds what readiness lacks. Any thread.
  void add_missing(std::vector<rest::Missing>& missing) const;

 private:
  RolesThread& roles_;
  const bool keys_;
  const Clock& clock_;
  KeyWatch key_watch_;
  LogIn log_in_;
  std::optional<TokenWatch> token_watch_;
  rest::RateLimits limits_;
};

}  // namespace invoicing::services
