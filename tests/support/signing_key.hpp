#pragma once
// An issuer of tokens, for tests: keys that sign, and the key set that names them.

#include <array>
#include <cstdint>
#include <cstdlib>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <cjose/jwk.h>
#include <cjose/jws.h>

namespace invoicing::testing {

/// A key of an issuer.
class SigningKey {
 public:
  static SigningKey rsa(std::size_t bits = 2048) {
    constexpr std::array<std::uint8_t, 3> kExponent = {1, 0, 1};
    return SigningKey(
        cjose_jwk_create_RSA_random(bits, kExponent.data(), kExponent.size(), nullptr));
  }
  static SigningKey ec(cjose_jwk_ec_curve curve = CJOSE_JWK_EC_P_256) {
    return SigningKey(cjose_jwk_create_EC_random(curve, nullptr));
  }
  static SigningKey shared(const std::string& secret) {
    return SigningKey(cjose_jwk_create_oct_spec(
        reinterpret_cast<const std::uint8_t*>(secret.data()), secret.size(), nullptr));
  }
  ~SigningKey() { cjose_jwk_release(key_); }
  SigningKey(const SigningKey&) = delete;
  SigningKey& operator=(const SigningKey&) = delete;

  /// As a member of a key set, without its last brace: `{"kty":…,"kid":"…"`.
  std::string jwk(const std::string& kid, bool private_part = false) const {
    cjose_jwk_set_kid(key_, kid.data(), kid.size(), nullptr);
    char* const json = cjose_jwk_to_json(key_, private_part, nullptr);
    std::string text = json;
    std::free(json);  // NOLINT(cppcoreguidelines-no-malloc): the library's own
    text.pop_back();
    return text;
  }

  /// `header`: further members, each with a comma behind it.
  std::string sign(const std::string& algorithm, const std::string& kid, const std::string& claims,
                   const std::vector<std::pair<const char*, const char*>>& more = {}) const {
    cjose_header_t* const header = cjose_header_new(nullptr);
    cjose_header_set(header, "alg", algorithm.c_str(), nullptr);
    if (!kid.empty()) cjose_header_set(header, "kid", kid.c_str(), nullptr);
    for (const auto& [name, raw] : more) {
      // The library's raw form is for arrays and objects alone.
      const std::string_view value = raw;
      const bool is_text = value.starts_with('"');
      const std::string text(is_text ? value.substr(1, value.size() - 2) : value);
      const bool set = is_text ? cjose_header_set(header, name, text.c_str(), nullptr)
                               : cjose_header_set_raw(header, name, text.c_str(), nullptr);
      if (!set) throw std::runtime_error(text);
    }
    cjose_jws_t* const jws = cjose_jws_sign(
        key_, header, reinterpret_cast<const std::uint8_t*>(claims.data()), claims.size(), nullptr);
    cjose_header_release(header);
    if (jws == nullptr) throw std::runtime_error("cannot sign with " + algorithm);
    const char* text = nullptr;
    cjose_jws_export(jws, &text, nullptr);
    std::string token = text;
    cjose_jws_release(jws);
    return token;
  }

 private:
  explicit SigningKey(cjose_jwk_t* key) : key_(key) {
    if (key == nullptr) throw std::runtime_error("no key");
  }
  cjose_jwk_t* key_;
};

/// A JWKS of these members.
inline std::string set_of(const std::vector<std::string>& keys) {
  std::string text = R"({"keys":[)";
  for (const std::string& key : keys) text += (text.back() == '[' ? "" : ",") + key;
  return text + "]}";
}

}  // namespace invoicing::testing
