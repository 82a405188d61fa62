#include "jwt/key_set.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include <cjose/jwk.h>
#include <cjose/jws.h>
#include <jansson.h>

#include "codec/base64url.hpp"
#include "jwt/algorithms.hpp"

namespace invoicing::jwt {
namespace {

struct ReleaseJson {
  void operator()(json_t* value) const { json_decref(value); }
};
struct ReleaseKey {
  void operator()(cjose_jwk_t* key) const { cjose_jwk_release(key); }
};
struct ReleaseSignature {
  void operator()(cjose_jws_t* signature) const { cjose_jws_release(signature); }
};

Error faulty(const std::string& what) {
  return Error(ErrorCode::validation_failed, "the key set " + what);
}

// The library's own are macros, of which the linter sees the inside.
bool is_text(const json_t* value) {
  return json_is_string(value);
}
bool is_list(const json_t* value) {
  return json_is_array(value);
}

std::string text_of(const json_t* object, const char* name) {
  const json_t* const value = json_object_get(object, name);
  if (!is_text(value)) return {};
  return {json_string_value(value), json_string_length(value)};
}

bool is_for_signatures(const json_t* key) {
  if (json_object_get(key, "use") != nullptr && text_of(key, "use") != "sig") return false;
  const json_t* const operations = json_object_get(key, "key_ops");
  if (operations == nullptr) return true;
  for (std::size_t i = 0; i < json_array_size(operations); ++i) {
    const json_t* const operation = json_array_get(operations, i);
    if (is_text(operation) && std::string_view("verify") == json_string_value(operation)) {
      return true;
    }
  }
  return false;
}

/// What the key may sign with; none where we have no use for it.
std::string family_of(const json_t* key) {
  const std::string kind = text_of(key, "kty");
  if (kind == "RSA") return "RSA";
  const std::string curve = text_of(key, "crv");
  const bool known = curve == "P-256" || curve == "P-384" || curve == "P-521";
  return kind == "EC" && known ? curve : std::string();
}

/// All that the library is given of a key. It ends the process over text that is not base64url, so
/// that is not left to it; nothing where a number is missing or cannot be decoded.
std::unique_ptr<json_t, ReleaseJson> public_part(const json_t* key, const std::string& family) {
  const bool is_rsa = family == "RSA";
  std::unique_ptr<json_t, ReleaseJson> part(json_object());
  for (const char* name : {"kty", "kid", "crv"}) {
    if (json_object_get(key, name) == nullptr) continue;
    const std::string text = text_of(key, name);
    json_object_set_new(part.get(), name, json_stringn(text.data(), text.size()));
  }
  for (const char* name : {is_rsa ? "n" : "x", is_rsa ? "e" : "y"}) {
    const std::string number = text_of(key, name);
    if (number.empty() || !codec::from_base64url(number)) return nullptr;
    json_object_set_new(part.get(), name, json_stringn(number.data(), number.size()));
  }
  return part;
}

}  // namespace

struct KeySet::Key {
  std::unique_ptr<cjose_jwk_t, ReleaseKey> handle;
  std::string family;     ///< "RSA", or the curve
  std::string algorithm;  ///< the only one that the key is for; empty: all of its family

  bool is_for(std::string_view wanted) const {
    if (!algorithm.empty() && algorithm != wanted) return false;
    return family == curve_of(wanted).value_or("RSA");
  }
};

Result<KeySet> KeySet::parse(std::string_view text) {
  if (text.size() > kMaxKeySetBytes) return faulty("is larger than 256 KB");
  const std::unique_ptr<json_t, ReleaseJson> whole(
      json_loadb(text.data(), text.size(), JSON_REJECT_DUPLICATES, nullptr));
  const json_t* const entries = whole ? json_object_get(whole.get(), "keys") : nullptr;
  if (!is_list(entries)) return faulty("is no JSON object with an array `keys`");
  if (json_array_size(entries) > kMaxKeys) return faulty("has more than 100 keys");
  KeySet set;
  for (std::size_t i = 0; i < json_array_size(entries); ++i) {
    const json_t* const entry = json_array_get(entries, i);
    const std::string kid = text_of(entry, "kid");
    const std::string family = family_of(entry);
    if (json_object_get(entry, "d") != nullptr) return faulty("holds a private key");
    if (kid.empty() || family.empty() || !is_for_signatures(entry)) continue;
    auto key = std::make_shared<Key>();
    const auto part = public_part(entry, family);
    if (part) key->handle.reset(cjose_jwk_import_json(part.get(), nullptr));
    if (!key->handle) return faulty("has a key that cannot be read: " + kid);
    if (family == "RSA" && cjose_jwk_get_keysize(key->handle.get(), nullptr) < kMinRsaBits) {
      return faulty("has an RSA key of less than 2048 bits: " + kid);
    }
    key->family = family;
    key->algorithm = text_of(entry, "alg");
    if (!set.keys_.emplace(kid, std::move(key)).second) return faulty("has two keys " + kid);
  }
  if (set.keys_.empty()) return faulty("has no key to verify signatures with");
  return set;
}

bool KeySet::verifies(std::string_view token, std::string_view kid,
                      std::string_view algorithm) const {
  const auto key = keys_.find(kid);
  if (key == keys_.end() || !key->second->is_for(algorithm)) return false;
  const std::unique_ptr<cjose_jws_t, ReleaseSignature> signature(
      cjose_jws_import(token.data(), token.size(), nullptr));
  return signature && cjose_jws_verify(signature.get(), key->second->handle.get(), nullptr);
}

}  // namespace invoicing::jwt
