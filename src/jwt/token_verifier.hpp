#pragma once
// JSON Web Tokens (RFC 7519) of one issuer, verified as RFC 8725 asks.

#include <atomic>
#include <chrono>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "jwt/key_set.hpp"
#include "ports/token_verifier.hpp"

namespace invoicing::jwt {

struct TokenRules {
  std::string issuer;                   ///< `iss` is exactly this
  std::string audience;                 ///< `aud` is this, or an array that holds it
  std::vector<std::string> algorithms;  ///< `alg` is one of these; out of kAlgorithms
  std::string scope_claim = "scope";  ///< a string with blanks between two, or an array of strings
  std::chrono::seconds leeway{60};    ///< how far the issuer's clock may be from ours
};

/// Takes signed tokens in compact form with `alg`, `kid`, `iss`, `aud`, `sub` and `exp`; checks
/// `nbf` and `iat` where they are. Which key and algorithm verify follows from the rules and the
/// key set: of the header only `kid` (an exact look-up) and `alg` (must be allowed and fit the key)
/// are read, never jku, x5u, jwk or x5c; `crit` is refused, as is what is encrypted, and a `typ`
/// other than JWT or at+jwt. Scopes that are not ours are passed over.
class JwtVerifier final : public TokenVerifier {
 public:
  explicit JwtVerifier(TokenRules rules) : rules_(std::move(rules)) {}

  std::shared_ptr<const Principal> verify(std::string_view token, Instant now) override;
  bool is_ready() const override { return keys() != nullptr; }

  /// From now on these.
  void use(std::shared_ptr<const KeySet> keys);

  /// Whether a token has named a key that is not there since the last call: the issuer may have
  /// a new one.
  bool take_unknown_key() { return unknown_key_.exchange(false); }

 private:
  std::shared_ptr<const KeySet> keys() const;

  const TokenRules rules_;
  mutable std::mutex mutex_;
  std::shared_ptr<const KeySet> keys_;  // guarded by mutex_; null before the first
  std::atomic<bool> unknown_key_{false};
};

}  // namespace invoicing::jwt
