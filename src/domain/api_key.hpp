#pragma once
// An API key: 32 random bytes that are shown once, and what is kept of them.
//
//   ik_h7km2qx9_Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4Zm9vYmFyYmE
//      id       secret (base64url of 32 bytes)

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "domain/instant.hpp"
#include "domain/scope.hpp"

namespace invoicing {

using KeyHash = std::array<std::uint8_t, 32>;

/// What is stored: nobody can make the key from it.
struct ApiKey {
  std::string id;    ///< 8 characters, the prefix that a key is looked up by; never used again
  std::string name;  ///< who uses it; several keys may have the same, a rotated one and its heir
  Scopes scopes;
  KeyHash hash{};  ///< SHA-256 of the whole key; no slow hash is needed for 256 random bits
  Instant created_at{};
  std::optional<Instant> expires_at;  ///< none: never
  std::optional<Instant> revoked_at;

  bool is_usable(Instant now) const { return !revoked_at && (!expires_at || now < *expires_at); }

  friend bool operator==(const ApiKey&, const ApiKey&) = default;
};

/// What every key begins with, for scanners that look for leaked ones, and no token does.
inline constexpr std::string_view kKeyPrefix = "ik_";
inline constexpr std::size_t kKeyIdChars = 8;
inline constexpr std::size_t kKeySecretBytes = 32;
inline constexpr std::size_t kMaxKeyNameChars = 64;

/// The id of this key; nothing unless `text` has the form of a key.
std::optional<std::string_view> key_id_of(std::string_view text);

/// 8 characters out of `bytes` that nobody takes for one another when reading them aloud.
std::string make_key_id(std::span<const std::uint8_t, kKeyIdChars> bytes);

/// `secret`: base64url of kKeySecretBytes bytes.
std::string make_key_text(std::string_view id, std::string_view secret);

/// 8 characters as make_key_id gives them.
bool is_key_id(std::string_view text);

/// 1 to 64 of `A-Z a-z 0-9 . _ -`, the first a letter or digit: such a name needs no quotes in a
/// shell, a log or a file, and no token's owner looks like it.
bool is_key_name(std::string_view text);

/// Takes the same time wherever the two differ.
bool is_same_hash(const KeyHash& a, const KeyHash& b);

}  // namespace invoicing
