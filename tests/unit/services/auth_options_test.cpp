// AUTH: who is asked, and which starts are refused.

#include "services/common/auth_options.hpp"

#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <gtest/gtest.h>

#include "services/invoice_service/options.hpp"

namespace invoicing::services {
namespace {

using Words = std::vector<std::string>;

const Words kTokens{"--jwt-issuer=https://id.example", "--jwt-audience=invoicing",
                    "--jwt-keys=https://id.example/keys"};

Result<AuthOptions> read(Words words, const Words& more = {}) {
  words.insert(words.end(), more.begin(), more.end());
  auto line = ops::parse_command_line(invoice_service_program(), words, {});
  if (const auto* exit = std::get_if<ops::EarlyExit>(&line)) {
    return Error(ErrorCode::validation_failed, exit->text);
  }
  return auth_options(std::get<ops::CommandLine>(line));
}

std::string mode(const Words& words, const Words& more = {}) {
  const auto options = read(words, more);
  return options ? std::string(options->mode()) : options.error().detail();
}

TEST(AuthOptionsTest, AutoIsOffOnlyWhereEveryAddressIsLoopback) {
  EXPECT_EQ(mode({}), "off");
  EXPECT_EQ(mode({}, kTokens), "off");
  EXPECT_EQ(mode({"--http-address=[::1]:0", "--ops-address=127.0.0.1:0"}), "off");
  EXPECT_EQ(mode({"--http-address=0.0.0.0:0"}), "keys");
  EXPECT_EQ(mode({"--http-address=0.0.0.0:0", "--allow-open"}), "keys");
  EXPECT_EQ(mode({"--ops-address=0.0.0.0:0"}), "keys");
  EXPECT_EQ(mode({"--http-address=0.0.0.0:0"}, kTokens), "both");
}

TEST(AuthOptionsTest, WhatIsSaidIsInForceWhereverItListens) {
  for (const std::string address : {"--http-address=127.0.0.1:0", "--http-address=0.0.0.0:0"}) {
    EXPECT_EQ(mode({address, "--auth=keys"}, kTokens), "keys");
    EXPECT_EQ(mode({address, "--auth=jwt"}, kTokens), "jwt");
    EXPECT_EQ(mode({address, "--auth=both"}, kTokens), "both");
    EXPECT_EQ(mode({address, "--auth=off", "--allow-open"}, kTokens), "off");
  }
}

TEST(AuthOptionsTest, OffBeyondLoopbackNeedsAWord) {
  for (const std::string option : {"--http-address", "--ops-address"}) {
    const auto refused = read({option + "=0.0.0.0:0", "--auth=off"});
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().detail().find(option + ": 0.0.0.0:0 can be reached"),
              std::string::npos)
        << refused.error().detail();
  }
}

TEST(AuthOptionsTest, TokensNeedIssuerAudienceAndKeys) {
  for (std::size_t left_out = 0; left_out < kTokens.size(); ++left_out) {
    Words words = kTokens;
    words.erase(words.begin() + static_cast<std::ptrdiff_t>(left_out));
    for (const std::string auth : {"--auth=jwt", "--auth=both"}) {
      const auto refused = read({auth}, words);
      ASSERT_FALSE(refused) << left_out;
      EXPECT_NE(refused.error().detail().find("JWT_ISSUER, JWT_AUDIENCE and JWT_KEYS"),
                std::string::npos);
    }
  }
  EXPECT_EQ(mode({"--auth=keys"}), "keys");
}

TEST(AuthOptionsTest, TheRulesOfTokensComeFromTheOptions) {
  const auto options = read(
      {"--auth=jwt", "--jwt-algorithms=ES256,PS512", "--jwt-scope-claim=permissions"}, kTokens);
  ASSERT_TRUE(options);
  const auto& rules = options->tokens->rules;
  EXPECT_EQ(rules.issuer, "https://id.example");
  EXPECT_EQ(rules.audience, "invoicing");
  EXPECT_EQ(rules.algorithms, (Words{"ES256", "PS512"}));
  EXPECT_EQ(rules.scope_claim, "permissions");
  EXPECT_EQ(options->tokens->keys.location, "https://id.example/keys");
  EXPECT_EQ(read({"--auth=jwt"}, kTokens)->tokens->rules.algorithms,
            (Words{"RS256", "PS256", "ES256"}));
}

}  // namespace
}  // namespace invoicing::services
