#pragma once
// The issuer's keys in memory, read again in time, so that tokens are verified without asking
// anybody.

#include <atomic>
#include <chrono>
#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>

#include "app/backoff.hpp"
#include "async/task.hpp"
#include "async/worker_pool.hpp"
#include "jwt/key_source.hpp"
#include "jwt/token_verifier.hpp"
#include "rest/operations_routes.hpp"
#include "services/common/wakeup.hpp"

namespace invoicing::services {

struct TokenOptions {
  jwt::TokenRules rules;
  jwt::KeySourceOptions keys;
};

/// How often the issuer's keys are read.
struct TokenWatchTimes {
  std::chrono::milliseconds url{std::chrono::minutes{5}};
  std::chrono::milliseconds file{std::chrono::seconds{3}};
  /// After a reading that failed.
  BackoffOptions failed{std::chrono::seconds{1}, std::chrono::minutes{1}};
  /// The least time between two readings, however many tokens name a key that nobody knows.
  std::chrono::milliseconds unknown_key{std::chrono::seconds{10}};
};

/// Runs as one coroutine on `executor`, which outlives the object; reads on a thread of its own.
/// Keeps the last good key set while the source is away or faulty.
class TokenWatch {
 public:
  TokenWatch(Executor executor, const TokenOptions& options, std::uint64_t seed,
             TokenWatchTimes times = {});

  /// Until stop(). One line in the log when the keys cannot be read, and one when they can again.
  Task<void> run();
  /// Any thread.
  void stop();

  TokenVerifier& verifier() { return verifier_; }
  /// Any thread: "tokens", for readiness, until a first key set is there.
  std::optional<rest::Missing> missing() const;

 private:
  Task<void> look();
  Task<void> pause();
  std::chrono::milliseconds until_next_look();
  Result<void> use(const std::string& text);

  const jwt::KeySource source_;
  const TokenWatchTimes times_;
  jwt::JwtVerifier verifier_;
  Wakeup wakeup_;
  Backoff backoff_;
  std::string text_;           // of the key set in force; of the coroutine, like the next
  std::int64_t failures_ = 0;  // since a look that went well
  std::stop_source stopping_;
  WorkerPool reader_{1, 1};  // last: whatever it still does is done before the rest goes
};

/// For the start. Error validation_failed or storage_unavailable when the keys stand in a file that
/// cannot be used; an issuer that is away is no reason not to start.
Result<void> check_key_source(const TokenOptions& options);

}  // namespace invoicing::services
