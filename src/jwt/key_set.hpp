#pragma once
// The public keys of an issuer: a JWKS (RFC 7517 section 5).

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "domain/result.hpp"

namespace invoicing::jwt {

inline constexpr std::size_t kMaxKeySetBytes = 256 * 1024;
inline constexpr std::size_t kMaxKeys = 100;
inline constexpr unsigned kMinRsaBits = 2048;

/// Immutable once parsed, hence for any thread.
class KeySet {
 public:
  /// Keeps the keys that verify signatures and have a `kid`; passes over what is for something else
  /// (`use`, `key_ops`), of another kind (`oct` among them) or curve. Error validation_failed with
  /// a sentence for the operator: no JWKS, too large, a `kid` twice, a private key, an RSA key
  /// under kMinRsaBits, nothing left.
  static Result<KeySet> parse(std::string_view text);

  /// Whether `token` (compact, three parts) is signed with `algorithm` by the key `kid`. False also
  /// where there is no such key, or it is not for this algorithm.
  bool verifies(std::string_view token, std::string_view kid, std::string_view algorithm) const;

  bool has(std::string_view kid) const { return keys_.find(kid) != keys_.end(); }
  std::size_t size() const { return keys_.size(); }

 private:
  struct Key;
  std::map<std::string, std::shared_ptr<const Key>, std::less<>> keys_;
};

}  // namespace invoicing::jwt
