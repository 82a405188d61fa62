#pragma once
// People who log in with an API key and then show a token instead, until they log out, the session
// is over, or the key no longer counts.

#include <array>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "app/key_ring.hpp"
#include "async/task.hpp"
#include "domain/principal.hpp"
#include "domain/result.hpp"
#include "ports/clock.hpp"
#include "ports/session_store.hpp"

namespace invoicing {

/// Fresh random bytes, enough for one token.
using TokenBytes = std::array<std::uint8_t, 32>;

/// Who a session belongs to, and until when. `caller` is never null.
struct LoggedIn {
  std::shared_ptr<const Principal> caller;
  Instant expires_at{};
};

struct NewSession {
  std::string token;  ///< base64url; nobody can show it a second time
  LoggedIn who;
};

/// Thread-safe. References outlive it.
class LogIn {
 public:
  using Time = std::chrono::steady_clock::time_point;

  /// How long a session is believed without another look at the store: by then a log-out has
  /// reached every copy.
  static constexpr std::chrono::seconds kRemembered{5};

  /// `random`: cryptographically strong, called once for each session. `lifetime` from the log-in
  /// on, whether somebody uses it or not.
  LogIn(SessionStore& store, const KeyRing& keys, const Clock& clock,
        std::chrono::milliseconds lifetime, std::function<TokenBytes()> random)
      : store_(store),
        keys_(keys),
        clock_(clock),
        lifetime_(lifetime),
        random_(std::move(random)) {}

  /// Never longer than the key. Errors: unauthorized, the same for whatever is wrong with the key;
  /// storage_unavailable while nobody knows what was revoked; those of SessionStore::add.
  Task<Result<NewSession>> begin(std::string key);
  /// Errors: unauthorized; storage_unavailable as above; those of SessionStore::find.
  Task<Result<LoggedIn>> find(std::string token, Time now = std::chrono::steady_clock::now());
  /// Errors of SessionStore::remove; of a token that is none: nothing to do.
  Task<Result<void>> end(std::string token);

 private:
  struct Remembered {
    LoginSession session;
    Time read_at{};
  };

  std::optional<LoginSession> recall(const KeyHash& hash, Time now);
  void remember(const LoginSession& session, Time now);
  Result<LoggedIn> owner_of(const LoginSession& session) const;

  SessionStore& store_;
  const KeyRing& keys_;
  const Clock& clock_;
  const std::chrono::milliseconds lifetime_;
  const std::function<TokenBytes()> random_;
  std::mutex mutex_;
  std::map<KeyHash, Remembered> remembered_;  // guarded by mutex_; bounded
};

}  // namespace invoicing
