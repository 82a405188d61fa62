#pragma once
// The door to the sessions of people who logged in with an API key. Adapters: memory (tests),
// sqlite, mongo.

#include <cstddef>
#include <optional>
#include <string>

#include "async/task.hpp"
#include "domain/api_key.hpp"
#include "domain/instant.hpp"
#include "domain/result.hpp"

namespace invoicing {

/// What is stored: nobody can make the cookie from it.
struct LoginSession {
  KeyHash hash{};      ///< SHA-256 of the token in the cookie; no two sessions have the same
  std::string key_id;  ///< of the API key that decides, at each request, what the session may do
  Instant expires_at{};

  friend bool operator==(const LoginSession&, const LoginSession&) = default;
};

/// Sessions that an installation may have at a time.
inline constexpr std::size_t kMaxSessions = 10'000;

/// Thread-safe. Every call resumes on the executor it was awaited on. Errors of all calls:
/// storage_unavailable, storage_full (nothing was done), stored_data_invalid; of writes also
/// outcome_unknown (an add may be lost, a remove may be repeated).
class SessionStore {
 public:
  virtual ~SessionStore() = default;

  /// Removes what is over at `now` and keeps `session`, durable on return. Error overloaded: there
  /// are kMaxSessions.
  virtual Task<Result<void>> add(const LoginSession& session, Instant now) = 0;

  /// Also finds what is over.
  virtual Task<Result<std::optional<LoginSession>>> find(const KeyHash& hash) = 0;

  /// For good, durable on return. One that is not there is no error.
  virtual Task<Result<void>> remove(const KeyHash& hash) = 0;
};

}  // namespace invoicing
