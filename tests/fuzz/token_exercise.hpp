#pragma once
// Runs bytes through what reads tokens and key sets: whole tokens, headers and claims that nobody
// has signed, claims that the issuer has signed, and what the issuer's address may answer.

#include <string>
#include <string_view>

#include "codec/base64url.hpp"
#include "jwt/key_set.hpp"
#include "jwt/token_verifier.hpp"
#include "tests/fuzz/json_exercise.hpp"
#include "tests/support/signing_key.hpp"

namespace invoicing::fuzz {

/// An issuer, and somebody who believes it.
class TokenBench {
 public:
  static constexpr Instant kNow{std::chrono::seconds{1'800'000'000}};

  TokenBench() {
    auto keys = jwt::KeySet::parse(testing::set_of({issuer_.jwk("ec") + "}"}));
    verifier_.use(std::make_shared<const jwt::KeySet>(*std::move(keys)));
    good_ = issuer_.sign(
        "ES256", "ec",
        R"({"iss":"https://id.example","aud":"invoicing","sub":"ada","exp":1800000300,"scope":"invoices:read"})");
    require(verifier_.verify(good_, kNow) != nullptr, "a good token that is taken");
  }

  void run(std::string_view bytes) {
    require(bytes == good_ || !verifier_.verify(bytes, kNow), "a token that nobody has signed");
    const auto first = good_.find('.');
    const auto second = good_.find('.', first + 1);
    const std::string part = codec::to_base64url(bytes);
    const std::string other_header = part + good_.substr(first);
    require(other_header == good_ || !verifier_.verify(other_header, kNow), "another's header");
    const std::string other_claims = good_.substr(0, first + 1) + part + good_.substr(second);
    require(other_claims == good_ || !verifier_.verify(other_claims, kNow), "another's claims");
    const auto caller = verifier_.verify(issuer_.sign("ES256", "ec", std::string(bytes)), kNow);
    if (caller) {
      require(JsonOracle::accepts(bytes), "claims that are JSON");
      require(caller->id.starts_with("jwt:") && caller->owner == caller->id, "a subject");
    }
    const auto keys = jwt::KeySet::parse(bytes);
    require(!keys || keys->size() > 0, "a key set with a key");
  }

 private:
  const testing::SigningKey issuer_ = testing::SigningKey::ec();
  jwt::JwtVerifier verifier_{{.issuer = "https://id.example",
                              .audience = "invoicing",
                              .algorithms = {"ES256", "RS256"},
                              .scope_claim = "scope",
                              .leeway = std::chrono::seconds{60}}};
  std::string good_;
};

inline void exercise_token(std::string_view bytes) {
  static TokenBench bench;
  bench.run(bytes);
}

}  // namespace invoicing::fuzz
