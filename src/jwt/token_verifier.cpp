#include "jwt/token_verifier.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>
#include <utility>

#include "codec/base64url.hpp"
#include "codec/json_tree.hpp"
#include "codec/text_rules.hpp"

namespace invoicing::jwt {
namespace {

using codec::JsonKind;
using codec::JsonValue;

constexpr std::size_t kMaxSubjectBytes = 200;

struct Header {
  std::string algorithm;
  std::string kid;
};

std::optional<std::string> text_of(const JsonValue& object, std::string_view name) {
  const auto value = object.find(name);
  if (!value || !value->is(JsonKind::string)) return std::nullopt;
  return std::string(value->text());
}

/// A NumericDate (RFC 7519 section 2) in milliseconds.
std::optional<std::int64_t> time_of(const JsonValue& value) {
  constexpr double kMaxSeconds = 1e11;
  if (!value.is(JsonKind::number)) return std::nullopt;
  double seconds = 0;
  const char* const end = value.text().data() + value.text().size();
  const auto [stopped, failure] = std::from_chars(value.text().data(), end, seconds);
  if (failure != std::errc{} || stopped != end || !(std::abs(seconds) < kMaxSeconds)) {
    return std::nullopt;
  }
  return static_cast<std::int64_t>(seconds * 1000);
}

bool is_known_type(std::string_view type) {
  std::string lower(type);
  std::ranges::transform(lower, lower.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return lower == "jwt" || lower == "at+jwt" || lower == "application/at+jwt";
}

std::optional<Header> read_header(std::string_view part) {
  const auto json = codec::from_base64url(part);
  if (!json) return std::nullopt;
  const auto object = codec::thread_json_tree().read(*json);
  if (!object || object->find("crit")) return std::nullopt;
  if (const auto type = object->find("typ")) {
    if (!type->is(JsonKind::string) || !is_known_type(type->text())) return std::nullopt;
  }
  auto algorithm = text_of(*object, "alg");
  auto kid = text_of(*object, "kid");
  if (!algorithm || !kid) return std::nullopt;
  return Header{*std::move(algorithm), *std::move(kid)};
}

bool is_for(const JsonValue& claims, std::string_view audience) {
  const auto value = claims.find("aud");
  if (!value) return false;
  if (value->is(JsonKind::string)) return value->text() == audience;
  if (!value->is(JsonKind::array)) return false;
  return std::any_of(value->begin(), value->end(), [audience](const JsonValue& each) {
    return each.is(JsonKind::string) && each.text() == audience;
  });
}

bool is_in_time(const JsonValue& claims, Instant now, std::chrono::seconds leeway) {
  const std::int64_t at = now.time_since_epoch().count();
  const std::int64_t margin = std::chrono::milliseconds(leeway).count();
  const auto expires = claims.find("exp");
  const auto end = expires ? time_of(*expires) : std::nullopt;
  if (!end || at >= *end + margin) return false;
  for (const auto* name : {"nbf", "iat"}) {
    const auto claim = claims.find(name);
    if (!claim) continue;
    const auto begin = time_of(*claim);
    if (!begin || at + margin < *begin) return false;
  }
  return true;
}

void add_scopes(std::string_view words, Scopes& scopes) {
  while (!words.empty()) {
    const auto word = words.substr(0, words.find(' '));
    if (const auto scope = scope_of(word)) scopes.add(*scope);
    words.remove_prefix(std::min(words.size(), word.size() + 1));
  }
}

Scopes scopes_of(const JsonValue& claims, std::string_view name) {
  Scopes scopes;
  const auto value = claims.find(name);
  if (!value) return scopes;
  if (value->is(JsonKind::string)) add_scopes(value->text(), scopes);
  if (value->is(JsonKind::array)) {
    for (const JsonValue each : *value) {
      const auto scope = each.is(JsonKind::string) ? scope_of(each.text()) : std::nullopt;
      if (scope) scopes.add(*scope);
    }
  }
  return scopes;
}

std::shared_ptr<const Principal> read_claims(std::string_view part, const TokenRules& rules,
                                             Instant now) {
  const auto json = codec::from_base64url(part);
  if (!json) return nullptr;
  const auto claims = codec::thread_json_tree().read(*json);
  if (!claims || text_of(*claims, "iss") != rules.issuer || !is_for(*claims, rules.audience) ||
      !is_in_time(*claims, now, rules.leeway)) {
    return nullptr;
  }
  const auto subject = text_of(*claims, "sub");
  if (!subject || subject->empty() || subject->size() > kMaxSubjectBytes ||
      codec::has_control_character(*subject)) {
    return nullptr;
  }
  const std::string id = "jwt:" + *subject;
  return std::make_shared<const Principal>(
      Principal{id, id, scopes_of(*claims, rules.scope_claim)});
}

}  // namespace

void JwtVerifier::use(std::shared_ptr<const KeySet> keys) {
  const std::lock_guard lock(mutex_);
  keys_ = std::move(keys);
}

std::shared_ptr<const KeySet> JwtVerifier::keys() const {
  const std::lock_guard lock(mutex_);
  return keys_;
}

std::shared_ptr<const Principal> JwtVerifier::verify(std::string_view token, Instant now) {
  const auto first = token.find('.');
  const auto second =
      first == std::string_view::npos ? std::string_view::npos : token.find('.', first + 1);
  if (second == std::string_view::npos || token.find('.', second + 1) != std::string_view::npos)
    return nullptr;
  // The library takes padding, so that one token would have several forms.
  if (!codec::from_base64url(token.substr(second + 1))) return nullptr;
  const auto header = read_header(token.substr(0, first));
  if (!header || std::ranges::count(rules_.algorithms, header->algorithm) == 0) return nullptr;
  const auto keys = this->keys();
  if (!keys) return nullptr;
  if (!keys->has(header->kid)) {
    unknown_key_.store(true);
    return nullptr;
  }
  if (!keys->verifies(token, header->kid, header->algorithm)) return nullptr;
  // Only now: what nobody has signed is not worth reading.
  return read_claims(token.substr(first + 1, second - first - 1), rules_, now);
}

}  // namespace invoicing::jwt
