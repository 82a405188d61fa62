#pragma once
// AUTH and what belongs to it, as one start has them.

#include <chrono>
#include <filesystem>
#include <optional>
#include <string_view>

#include "domain/result.hpp"
#include "ops/command_line.hpp"
#include "rest/rate_limits.hpp"
#include "services/common/token_watch.hpp"

namespace invoicing::services {

/// Neither keys nor tokens: nobody is asked.
struct AuthOptions {
  bool keys = false;                        ///< callers may show an API key
  std::filesystem::path keys_file;          ///< empty: the keys are in the store
  std::optional<TokenOptions> tokens;       ///< callers may show a token of this issuer
  std::chrono::hours session_lifetime{12};  ///< of those who log in with a key
  rest::RateLimitOptions limits;

  /// What of AUTH is in force: "keys", "jwt", "both" or "off".
  std::string_view mode() const;
};

/// Errors are validation_failed with the one line to print before exit code 2: an open address
/// without ALLOW_OPEN, tokens without an issuer, an audience or a key set.
Result<AuthOptions> auth_options(const ops::CommandLine& line);

/// For `serve`. Error as above: a file of API keys, or of the issuer's, that cannot be used.
Result<void> check_key_files(const ops::CommandLine& line, const AuthOptions& auth);

}  // namespace invoicing::services
