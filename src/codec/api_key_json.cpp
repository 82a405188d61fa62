#include "codec/api_key_json.hpp"

#include <algorithm>
#include <array>

#include "codec/json_place.hpp"
#include "codec/json_writer.hpp"
#include "domain/hex.hpp"

namespace invoicing::codec {
namespace {

constexpr std::array<std::string_view, 7> kMembers = {
    "id", "name", "scopes", "sha256", "createdAt", "expiresAt", "revokedAt"};

std::optional<KeyHash> read_hash(std::string_view hex) {
  const auto value = [](char c) {
    if (c >= '0' && c <= '9') return c - '0';
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
  };
  KeyHash hash{};
  if (hex.size() != 2 * hash.size()) return std::nullopt;
  for (std::size_t i = 0; i < hash.size(); ++i) {
    const int high = value(hex[2 * i]);
    const int low = value(hex[2 * i + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    hash[i] = static_cast<std::uint8_t>(high * 16 + low);
  }
  return hash;
}

std::optional<Instant> optional_instant(JsonPlaceReader& reader, const JsonPlace& root,
                                        std::string_view key) {
  const auto there = root.value().find(key);
  if (!there || there->is(JsonKind::null)) return std::nullopt;
  return reader.instant(root, key);
}

}  // namespace

std::string write_api_key(const ApiKey& key) {
  std::string out = R"({"id":)";
  append_json_string(out, key.id);
  out += R"(,"name":)";
  append_json_string(out, key.name);
  out += R"(,"scopes":)";
  append_json_string(out, key.scopes.to_text());
  out += R"(,"sha256":)";
  append_json_string(out, to_hex(key.hash));
  out += R"(,"createdAt":)";
  append_json_instant(out, key.created_at);
  out += R"(,"expiresAt":)";
  append_json_optional_instant(out, key.expires_at);
  out += R"(,"revokedAt":)";
  append_json_optional_instant(out, key.revoked_at);
  out += '}';
  return out;
}

Result<ApiKey> read_api_key(std::string_view line) {
  const auto value = thread_json_tree().read(line);
  if (!value) return value.error();
  const JsonPlace root(*value);
  JsonPlaceReader reader;
  for (const JsonValue member : root.value()) {
    if (std::ranges::find(kMembers, member.key()) == kMembers.end()) {
      reader.fail(root, member.key(), "is no member of an API key; remove it");
    }
  }
  ApiKey key;
  key.id = reader.string(root, "id");
  key.name = reader.string(root, "name");
  const auto scopes = Scopes::parse(reader.string(root, "scopes"));
  const auto hash = read_hash(reader.string(root, "sha256"));
  key.created_at = reader.instant(root, "createdAt");
  key.expires_at = optional_instant(reader, root, "expiresAt");
  key.revoked_at = optional_instant(reader, root, "revokedAt");
  if (!is_key_id(key.id)) reader.fail(root, "id", "is no id that `keys create` has made");
  if (!is_key_name(key.name)) reader.fail(root, "name", "is no name of a key");
  if (!scopes) reader.fail(root, "scopes", "are no scopes with a comma between two");
  if (!hash) reader.fail(root, "sha256", "is not 64 lower-case hex digits");
  if (!reader.ok()) return reader.error();
  key.scopes = *scopes;
  key.hash = *hash;
  return key;
}

}  // namespace invoicing::codec
