// What RFC 8725 warns of, one test for each: section numbers are its own. Its attacks are 2.1
// to 2.9; those whose cure has a section of its own are tested there: 2.3 in 3.4, 2.7 in 3.8
// and 3.9, 2.8 in 3.11 and 3.12, 2.9 in 3.10.

#include "jwt/token_verifier.hpp"

#include <stdexcept>

#include <gtest/gtest.h>

#include "codec/base64url.hpp"
#include "tests/support/signing_key.hpp"

namespace invoicing::jwt {
namespace {

using namespace std::chrono_literals;
using testing::set_of;
using testing::SigningKey;

constexpr Instant kNow{std::chrono::seconds{1'800'000'000}};
const std::string kClaims =
    R"({"iss":"https://id.example","aud":"invoicing","sub":"ada","exp":1800000300,)"
    R"("scope":"invoices:read openid invoices:write"})";

const SigningKey& issuer_rsa() {
  static const SigningKey key = SigningKey::rsa();
  return key;
}
const SigningKey& issuer_ec() {
  static const SigningKey key = SigningKey::ec();
  return key;
}

/// Unsigned, with this header.
std::string bare(const std::string& header, const std::string& claims) {
  return codec::to_base64url(header) + "." + codec::to_base64url(claims) + ".";
}

class JwtTest : public ::testing::Test {
 protected:
  static TokenRules rules() {
    return {.issuer = "https://id.example",
            .audience = "invoicing",
            .algorithms = {"RS256", "PS256", "ES256"},
            .scope_claim = "scope",
            .leeway = 60s};
  }
  void use(JwtVerifier& verifier) {
    auto keys = KeySet::parse(set_of({issuer_rsa().jwk("rsa") + "}", issuer_ec().jwk("ec") + "}"}));
    if (!keys) throw std::runtime_error(keys.error().detail());
    verifier.use(std::make_shared<const KeySet>(*std::move(keys)));
  }
  JwtTest() { use(verifier_); }
  bool takes(const std::string& token, Instant now = kNow) {
    return verifier_.verify(token, now) != nullptr;
  }
  std::string signed_claims(const std::string& claims) {
    return issuer_rsa().sign("RS256", "rsa", claims);
  }
  /// The good claims with `from` replaced.
  static std::string changed(const std::string& from, const std::string& to) {
    std::string claims = kClaims;
    const auto at = claims.find(from);
    if (at == std::string::npos) throw std::runtime_error(from);
    return claims.replace(at, from.size(), to);
  }

  JwtVerifier verifier_{rules()};
};

TEST_F(JwtTest, AGoodTokenNamesItsSubjectAndItsScopes) {
  for (const std::string& token :
       {signed_claims(kClaims), issuer_rsa().sign("PS256", "rsa", kClaims),
        issuer_ec().sign("ES256", "ec", kClaims)}) {
    const auto caller = verifier_.verify(token, kNow);
    ASSERT_NE(caller, nullptr);
    EXPECT_EQ(caller->id, "jwt:ada");
    EXPECT_EQ(caller->owner, "jwt:ada");
    EXPECT_EQ(caller->scopes.to_text(), "invoices:read,invoices:write");
  }
}

TEST_F(JwtTest, S2_1_NoneIsNoAlgorithm) {
  for (const auto* name : {"none", "None", "NONE", "nOnE", ""}) {
    EXPECT_FALSE(takes(bare(std::string(R"({"alg":")") + name + R"(","kid":"rsa"})", kClaims)));
  }
  const std::string token = signed_claims(kClaims);
  EXPECT_FALSE(takes(token.substr(0, token.rfind('.') + 1))) << "the signature was cut off";
}

TEST_F(JwtTest, S2_1_APublicKeyIsNoSharedSecret) {
  // The attacker signs with HMAC and what everybody knows of the RSA key.
  const SigningKey forged = SigningKey::shared(issuer_rsa().jwk("rsa") + "}");
  EXPECT_FALSE(takes(forged.sign("HS256", "rsa", kClaims)));
  // Nor does a shared secret in the key set make it one.
  auto keys = KeySet::parse(set_of({issuer_rsa().jwk("rsa") + "}", forged.jwk("oct", true) + "}"}));
  if (keys) {
    verifier_.use(std::make_shared<const KeySet>(*std::move(keys)));
    EXPECT_FALSE(takes(forged.sign("HS256", "oct", kClaims)));
  }
}

TEST_F(JwtTest, S2_2_NoSharedSecretIsAKeyHoweverLong) {
  for (const std::string& secret : {std::string("secret"), std::string(64, 'x')}) {
    const SigningKey shared = SigningKey::shared(secret);
    EXPECT_FALSE(KeySet::parse(set_of({shared.jwk("oct", true) + "}"})));
    EXPECT_FALSE(takes(shared.sign("HS256", "oct", kClaims)));
  }
}

TEST_F(JwtTest, S2_4_NothingEncryptedIsDecryptedHenceNothingDecompressed) {
  const std::string header =
      codec::to_base64url(R"({"alg":"RSA-OAEP","enc":"A256GCM","zip":"DEF","kid":"rsa"})");
  EXPECT_FALSE(takes(header + ".AAAA.AAAA.AAAA.AAAA"));
  EXPECT_FALSE(takes(header + ".AAAA.AAAA"));
}

TEST_F(JwtTest, S2_5_APointBesideTheCurveIsNoKey) {
  std::string jwk = issuer_ec().jwk("ec") + "}";
  const auto y = jwk.find("\"y\":\"") + 5;
  jwk[y] = jwk[y] == 'A' ? 'B' : 'A';
  EXPECT_FALSE(KeySet::parse(set_of({jwk})));
}

TEST_F(JwtTest, S2_6_OtherEncodingsThanUtf8AreNone) {
  std::string wide;
  for (const char c : kClaims) wide += {c, '\0'};
  EXPECT_FALSE(takes(signed_claims(wide)));
  EXPECT_FALSE(takes(signed_claims("\xef\xbb\xbf" + kClaims))) << "a byte order mark";
}

TEST_F(JwtTest, S3_1_OnlyConfiguredAlgorithmsCountAndEachFitsItsKey) {
  EXPECT_FALSE(takes(issuer_rsa().sign("RS384", "rsa", kClaims))) << "not configured";
  EXPECT_FALSE(takes(issuer_rsa().sign("RS256", "ec", kClaims))) << "the other key";
  EXPECT_FALSE(takes(issuer_ec().sign("ES256", "rsa", kClaims))) << "the other key";
  auto pinned = KeySet::parse(set_of({issuer_rsa().jwk("rsa") + R"(,"alg":"PS256"})"}));
  ASSERT_TRUE(pinned);
  verifier_.use(std::make_shared<const KeySet>(*std::move(pinned)));
  EXPECT_TRUE(takes(issuer_rsa().sign("PS256", "rsa", kClaims)));
  EXPECT_FALSE(takes(signed_claims(kClaims))) << "the key is for another algorithm";
}

TEST_F(JwtTest, S3_3_EveryByteIsSigned) {
  const std::string token = signed_claims(kClaims);
  for (std::size_t at = 0; at < token.size(); at += 7) {
    std::string other = token;
    other[at] = other[at] == 'A' ? 'B' : 'A';
    EXPECT_FALSE(takes(other)) << at;
  }
  const std::string stranger = SigningKey::rsa().sign("RS256", "rsa", kClaims);
  EXPECT_FALSE(takes(stranger));
  const auto mixed = token.substr(0, token.find('.')) + stranger.substr(stranger.find('.'));
  EXPECT_FALSE(takes(mixed));
}

TEST_F(JwtTest, S3_4_EncryptedOrNestedTokensAndOtherFormsAreNone) {
  const std::string token = signed_claims(kClaims);
  for (const std::string& text :
       {token + ".a.b", token + ".", "." + token, std::string(".."), std::string("a.b.c"),
        std::string(), "{\"payload\":\"" + token + "\"}", token + " ", token + "="}) {
    EXPECT_FALSE(takes(text)) << text;
  }
  EXPECT_FALSE(takes(signed_claims(token))) << "a token inside a token";
  EXPECT_FALSE(
      takes(issuer_rsa().sign("RS256", "rsa", kClaims, {{"cty", "\"JWT\""}, {"typ", "\"JWE\""}})));
}

TEST_F(JwtTest, S3_5_WeakAndPrivateKeysAreRefused) {
  EXPECT_FALSE(KeySet::parse(set_of({SigningKey::rsa(1024).jwk("weak") + "}"})));
  EXPECT_FALSE(KeySet::parse(set_of({issuer_ec().jwk("ec", true) + "}"})));
}

TEST_F(JwtTest, S3_7_HeadersAndClaimsAreUtf8WithoutDuplicates) {
  EXPECT_FALSE(takes(signed_claims("{\"iss\":\"\xff\"}")));
  EXPECT_FALSE(takes(signed_claims(changed("\"sub\":\"ada\"", R"("sub":"ada","sub":"root")"))));
  EXPECT_FALSE(takes(signed_claims("[]")));
  EXPECT_FALSE(takes(signed_claims("")));
}

TEST_F(JwtTest, S3_8_TheIssuerIsOurs) {
  EXPECT_FALSE(takes(signed_claims(changed("https://id.example", "https://id.example/"))));
  EXPECT_FALSE(takes(signed_claims(changed("https://id.example", "https://ID.example"))));
  EXPECT_FALSE(takes(signed_claims(changed("\"https://id.example\"", "[\"https://id.example\"]"))));
  EXPECT_FALSE(takes(signed_claims(changed("\"iss\"", "\"isz\""))));
}

TEST_F(JwtTest, S3_8_TheSubjectIsThereAndPlain) {
  EXPECT_FALSE(takes(signed_claims(changed("\"sub\"", "\"sup\""))));
  EXPECT_FALSE(takes(signed_claims(changed("\"ada\"", "\"\""))));
  EXPECT_FALSE(takes(signed_claims(changed("\"ada\"", "7"))));
  EXPECT_FALSE(takes(signed_claims(changed("ada", R"(a\u0001da)"))));
  EXPECT_FALSE(takes(signed_claims(changed("ada", std::string(201, 'x')))));
}

TEST_F(JwtTest, S3_9_TheAudienceIsUs) {
  EXPECT_TRUE(takes(signed_claims(changed("\"invoicing\"", R"(["other","invoicing"])"))));
  for (const auto* other : {"\"other\"", R"(["other"])", "[]", "null", "{\"invoicing\":1}"}) {
    EXPECT_FALSE(takes(signed_claims(changed("\"invoicing\"", other)))) << other;
  }
  EXPECT_FALSE(takes(signed_claims(changed("\"aud\"", "\"auf\""))));
}

TEST_F(JwtTest, S3_10_WhatTheHeaderSaysOfKeysIsNotFollowed) {
  const SigningKey own = SigningKey::rsa();
  const std::string key = own.jwk("rsa") + "}";
  EXPECT_FALSE(takes(own.sign("RS256", "rsa", kClaims, {{"jwk", key.c_str()}})));
  EXPECT_FALSE(
      takes(own.sign("RS256", "rsa", kClaims, {{"jku", "\"https://evil.example/keys\""}})));
  EXPECT_FALSE(takes(own.sign("RS256", "rsa", kClaims, {{"x5u", "\"https://evil.example/c\""}})));
  // An exact look-up: no path, no query, no default.
  for (const auto* kid : {"../rsa", "rsa ", "RSA", "rsa' OR '1'='1", "/dev/null"}) {
    EXPECT_FALSE(takes(issuer_rsa().sign("RS256", kid, kClaims))) << kid;
  }
  EXPECT_FALSE(takes(issuer_rsa().sign("RS256", "", kClaims)));
}

TEST_F(JwtTest, S3_11_TheTypeIsAToken) {
  for (const auto* type : {"\"JWT\"", "\"jwt\"", "\"at+jwt\"", "\"application/at+jwt\""}) {
    EXPECT_TRUE(takes(issuer_rsa().sign("RS256", "rsa", kClaims, {{"typ", type}}))) << type;
  }
  for (const auto* type : {"\"logout+jwt\"", "\"secevent+jwt\"", "\"\"", "[]"}) {
    EXPECT_FALSE(takes(issuer_rsa().sign("RS256", "rsa", kClaims, {{"typ", type}}))) << type;
  }
}

TEST_F(JwtTest, S3_12_ATokenOfTheSameIssuerForSomethingElseIsRefused) {
  // An ID token is for the client that logs in, and a logout token says so in its type.
  EXPECT_FALSE(takes(signed_claims(changed("\"invoicing\"", "\"web-shop\""))));
  EXPECT_FALSE(takes(issuer_rsa().sign("RS256", "rsa", kClaims, {{"typ", "\"logout+jwt\""}})));
}

TEST_F(JwtTest, CriticalExtensionsAreRefused) {
  EXPECT_FALSE(takes(issuer_rsa().sign("RS256", "rsa", kClaims, {{"crit", R"(["exp"])"}})));
  EXPECT_FALSE(takes(issuer_rsa().sign("RS256", "rsa", kClaims, {{"crit", "[]"}})));
}

TEST_F(JwtTest, TimeIsChecked) {
  const std::string token = signed_claims(kClaims);
  EXPECT_TRUE(takes(token, kNow + 359s));
  EXPECT_FALSE(takes(token, kNow + 360s)) << "expired, with the leeway";
  EXPECT_FALSE(takes(signed_claims(changed("\"exp\"", "\"exq\""))));
  EXPECT_FALSE(takes(signed_claims(changed("1800000300", "\"1800000300\""))));
  EXPECT_FALSE(takes(signed_claims(changed("1800000300", "1e300"))));
  EXPECT_TRUE(takes(signed_claims(changed("1800000300", "1800000300.5"))));
  EXPECT_TRUE(takes(signed_claims(changed("\"sub\"", R"("nbf":1800000060,"sub")"))));
  EXPECT_FALSE(takes(signed_claims(changed("\"sub\"", R"("nbf":1800000061,"sub")"))));
  EXPECT_FALSE(takes(signed_claims(changed("\"sub\"", R"("iat":1800000061,"sub")"))));
}

TEST_F(JwtTest, ScopesComeFromTheConfiguredClaim) {
  auto other = rules();
  other.scope_claim = "permissions";
  JwtVerifier verifier(other);
  use(verifier);
  const auto caller = verifier.verify(
      signed_claims(changed("\"scope\"", R"("permissions":["reports:read","x",7],"scope")")), kNow);
  ASSERT_NE(caller, nullptr);
  EXPECT_EQ(caller->scopes.to_text(), "reports:read");
  EXPECT_TRUE(verifier.verify(signed_claims(kClaims), kNow)->scopes.empty());
}

TEST_F(JwtTest, AnUnknownKeyIsAskedForOnce) {
  EXPECT_FALSE(verifier_.take_unknown_key());
  EXPECT_FALSE(takes(issuer_rsa().sign("RS256", "new", kClaims)));
  EXPECT_TRUE(verifier_.take_unknown_key());
  EXPECT_FALSE(verifier_.take_unknown_key());
}

TEST_F(JwtTest, WithoutKeysNothingIsTaken) {
  JwtVerifier verifier(rules());
  EXPECT_FALSE(verifier.is_ready());
  EXPECT_EQ(verifier.verify(signed_claims(kClaims), kNow), nullptr);
}

TEST(KeySetTest, RefusesNumbersThatAreNoBase64url) {
  // The library would end the process over some of these.
  for (const char* x :
       {"f83OJ3D2xF1Bg=vub9tLe1gHMzV76e8Tus9uPHvRVEU", "A", "f8+O", "f8 O", "", "="}) {
    EXPECT_FALSE(
        KeySet::parse(set_of({std::string(R"({"kty":"EC","crv":"P-256","kid":"a","x":")") + x +
                              R"(","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"})"})))
        << x;
    EXPECT_FALSE(KeySet::parse(
        set_of({std::string(R"({"kty":"RSA","kid":"b","e":"AQAB","n":")") + x + R"("})"})))
        << x;
  }
}

TEST(KeySetTest, NeedsTheNumbersOfAPublicKeyAndNoOthers) {
  const std::string good = issuer_ec().jwk("good");
  EXPECT_TRUE(KeySet::parse(set_of({good + R"(,"p":"=","x5c":["="]})"})));
  EXPECT_FALSE(KeySet::parse(set_of({R"({"kty":"EC","crv":"P-256","kid":"a"})"})));
  EXPECT_FALSE(KeySet::parse(set_of({R"({"kty":"RSA","kid":"a","n":5,"e":"AQAB"})"})));
}

TEST(KeySetTest, PassesOverWhatIsForSomethingElse) {
  const std::string good = issuer_rsa().jwk("rsa");
  EXPECT_EQ(KeySet::parse(set_of({good + "}", issuer_ec().jwk("e") + R"(,"use":"enc"})",
                                  R"({"kty":"OKP","crv":"Ed25519","x":"AA","kid":"o"})"}))
                ->size(),
            1U);
  for (const std::string& text :
       {std::string(), std::string("[]"), std::string("{}"), set_of({}),
        set_of({good + R"(,"use":"enc"})"}), set_of({good + R"(,"key_ops":["encrypt"]})"}),
        set_of({good + "}", good + "}"}),
        set_of({R"({"kty":"RSA","kid":"a","n":"AA","e":"AQAB"})"}),
        std::string(kMaxKeySetBytes + 1, ' ')}) {
    EXPECT_FALSE(KeySet::parse(text)) << text.substr(0, 80);
  }
}

}  // namespace
}  // namespace invoicing::jwt
