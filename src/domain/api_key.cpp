#include "domain/api_key.hpp"

#include <algorithm>

#include <openssl/crypto.h>

namespace invoicing {
namespace {

// Without i, l, o, 0 and 1.
constexpr std::string_view kIdLetters = "abcdefghjkmnpqrstuvwxyz23456789";
constexpr std::size_t kSecretChars = 43;

bool is_alphanumeric(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

}  // namespace

std::string make_key_id(std::span<const std::uint8_t, kKeyIdChars> bytes) {
  std::string id;
  for (const std::uint8_t byte : bytes) id += kIdLetters[byte % kIdLetters.size()];
  return id;
}

bool is_key_id(std::string_view text) {
  return text.size() == kKeyIdChars && text.find_first_not_of(kIdLetters) == std::string_view::npos;
}

std::string make_key_text(std::string_view id, std::string_view secret) {
  std::string text(kKeyPrefix);
  text += id;
  text += '_';
  text += secret;
  return text;
}

std::optional<std::string_view> key_id_of(std::string_view text) {
  if (text.size() != kKeyPrefix.size() + kKeyIdChars + 1 + kSecretChars ||
      !text.starts_with(kKeyPrefix) || text[kKeyPrefix.size() + kKeyIdChars] != '_') {
    return std::nullopt;
  }
  const auto id = text.substr(kKeyPrefix.size(), kKeyIdChars);
  if (!is_key_id(id)) return std::nullopt;
  return id;
}

bool is_key_name(std::string_view text) {
  return !text.empty() && text.size() <= kMaxKeyNameChars && is_alphanumeric(text.front()) &&
         std::ranges::all_of(
             text, [](char c) { return is_alphanumeric(c) || c == '.' || c == '_' || c == '-'; });
}

bool is_same_hash(const KeyHash& a, const KeyHash& b) {
  return CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace invoicing
