#pragma once
// AUTH and what belongs to it, as one start has them.

#include <filesystem>

#include "domain/result.hpp"
#include "ops/command_line.hpp"
#include "rest/rate_limits.hpp"

namespace invoicing::services {

struct AuthOptions {
  bool keys = false;                ///< callers show an API key; false: nobody is asked
  std::filesystem::path keys_file;  ///< empty: the keys are in the store
  rest::RateLimitOptions limits;
};

/// Errors are validation_failed with the one line to print before exit code 2: an open address
/// without ALLOW_OPEN.
Result<AuthOptions> auth_options(const ops::CommandLine& line);

/// For `serve`. Error as above: a file of keys that cannot be used.
Result<void> check_keys_file(const ops::CommandLine& line, const AuthOptions& auth);

}  // namespace invoicing::services
