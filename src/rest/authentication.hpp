#pragma once
// Who calls, may they, and not too often: `Authorization: Bearer` (RFC 6750) and rate limits before
// a route's handler.

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/key_ring.hpp"
#include "app/log_in.hpp"
#include "domain/principal.hpp"
#include "http/router.hpp"
#include "ports/clock.hpp"
#include "ports/token_verifier.hpp"
#include "rest/rate_limits.hpp"

namespace invoicing::rest {

/// What WWW-Authenticate says to whoever shows nothing.
inline constexpr std::string_view kChallenge = R"(Bearer realm="invoicing")";

/// Never null. Copying it keeps the caller's data alive.
using Caller = std::shared_ptr<const Principal>;

/// A handler that is told who calls.
using CallerHandler =
    std::function<Task<http::Response>(http::Request&, http::BodyReader&, Caller)>;

/// What callers may show; null is what they may not.
struct Credentials {
  const KeyRing* keys = nullptr;
  TokenVerifier* tokens = nullptr;
  LogIn* sessions = nullptr;  ///< cookies instead of keys; only where there are keys
};

/// Thread-safe and cheap to copy. What it was made with outlives the router.
class Authentication {
 public:
  /// Nobody is asked: every caller is a Principal without id and owner who may do everything.
  static Authentication off() { return {}; }
  /// Callers show one of `credentials`; without any it is off(). What begins with the prefix of our
  /// keys is no token.
  Authentication(Credentials credentials, const Clock& clock)
      : credentials_(credentials), clock_(&clock) {}

  /// The same, and each address and each key counts against `limits`.
  Authentication limited_by(RateLimits& limits) const;

  /// Calls `handler` for callers with `scope`, before anything of the body was read. Else answers
  /// unauthorized, the same one for a key that is unknown, revoked or expired and for a token with
  /// whatever is wrong; insufficient_scope; or storage_unavailable while nobody knows what was
  /// revoked, or before a first key of the issuer is there. metrics:read goes by the keys last
  /// known: that the store is away has to show somewhere. Where there are limits every answer of
  /// `handler` tells what is left, and one request too many is rate_limited; the address's comes
  /// first, so that guessing keys is limited too.
  ///
  /// A session (`session_cookie.hpp`) counts as its key. With it, what is neither GET nor HEAD and
  /// does not come from our own page is cross_site_request; with nothing at all, where nobody is
  /// asked, what says that it comes from another.
  http::Handler require(Scope scope, CallerHandler handler) const {
    return guard(scope, std::move(handler));
  }
  /// The same for callers with whatever scope.
  http::Handler require_any(CallerHandler handler) const {
    return guard(std::nullopt, std::move(handler));
  }
  /// Nobody is asked who they are, but the limit of an address counts.
  http::Handler admit_anybody(http::Handler handler) const;

 private:
  Authentication() = default;
  http::Handler guard(std::optional<Scope> scope, CallerHandler handler) const;
  Task<http::Response> answer_session(std::string_view token, http::Request& request,
                                      http::BodyReader& body, std::optional<Scope> scope,
                                      const CallerHandler& handler) const;
  bool is_off() const { return credentials_.keys == nullptr && credentials_.tokens == nullptr; }
  std::optional<std::string_view> session_of(const http::Request& request) const;
  bool take_of_address(const http::Request& request, std::vector<Quota>& left) const;
  bool take_of_key(const Principal& caller, std::vector<Quota>& left) const;
  Result<Caller> check(const http::Request& request, std::optional<Scope> scope) const;
  Result<Caller> identify(const http::Request& request, std::optional<Scope> scope) const;

  Credentials credentials_;
  const Clock* clock_ = nullptr;
  RateLimits* limits_ = nullptr;
};

}  // namespace invoicing::rest
