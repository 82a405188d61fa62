#pragma once
// The signatures that can be configured: asymmetric ones alone, because with a shared secret
// whoever verifies could sign (RFC 8725 section 3.1).

#include <array>
#include <optional>
#include <string_view>

namespace invoicing::jwt {

inline constexpr std::array<std::string_view, 9> kAlgorithms = {
    "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"};

/// The curve that an ES algorithm is defined for (RFC 7518 section 3.4); none for RSA.
constexpr std::optional<std::string_view> curve_of(std::string_view algorithm) {
  if (algorithm == "ES256") return "P-256";
  if (algorithm == "ES384") return "P-384";
  if (algorithm == "ES512") return "P-521";
  return std::nullopt;
}

}  // namespace invoicing::jwt
