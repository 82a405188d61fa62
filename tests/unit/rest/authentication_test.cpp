// Who may call a route, and what the others are told.

#include "rest/authentication.hpp"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include "app/manage_api_keys.hpp"
#include "tests/support/different_bytes.hpp"
#include "tests/support/memory/api_key_store.hpp"
#include "tests/support/memory/manual_clock.hpp"
#include "tests/support/run_task.hpp"

namespace invoicing::rest {
namespace {

using namespace std::chrono_literals;

class NoBody final : public http::BodyReader {
 public:
  Task<Result<std::string>> read_all() override { co_return std::string(); }
  Task<Result<std::string_view>> read_some() override { co_return std::string_view(); }
};

std::string header(const http::Response& response, std::string_view name) {
  const auto found = std::ranges::find(response.headers, name, &http::ResponseHeader::name);
  return found == response.headers.end() ? std::string() : found->value;
}

class AuthenticationTest : public ::testing::Test {
 protected:
  MadeKey make(Scopes scopes, std::optional<std::chrono::milliseconds> lifetime = {}) {
    auto made = *testing::run(io_, keys_.create({"till-7", scopes, lifetime}));
    EXPECT_TRUE(testing::run(io_, ring_.refresh(store_)));
    return made;
  }
  static Scopes only(Scope scope) {
    Scopes scopes;
    scopes.add(scope);
    return scopes;
  }
  http::Response call(const Authentication& authentication, std::vector<http::HeaderView> headers,
                      Scope scope = Scope::invoices_write,
                      http::Method method = http::Method::get) {
    const auto handler = authentication.require(
        scope, [this](http::Request&, http::BodyReader&, Caller caller) -> Task<http::Response> {
          callers_.push_back(*caller);
          co_return http::Response{.status = 204};
        });
    http::Request request;
    request.method = method;
    request.headers = std::move(headers);
    NoBody body;
    return testing::run(io_, handler(request, body));
  }
  http::Response call_with(const std::string& key, Scope scope = Scope::invoices_write) {
    const std::string value = "Bearer " + key;
    return call(Authentication({.keys = &ring_}, clock_), {{"authorization", value}}, scope);
  }
  std::string body_of(const http::Response& response) {
    return std::get<std::string>(response.body);
  }

  boost::asio::io_context io_{1};
  memory::MemoryApiKeyStore store_;
  memory::ManualClock clock_{Instant{500'000h}};
  std::uint8_t count_ = 0;
  ManageApiKeys keys_{store_, clock_, testing::different_bytes<KeyBytes>(count_)};
  KeyRing ring_;
  std::vector<Principal> callers_;
};

TEST_F(AuthenticationTest, OffAsksNobodyAndNamesNobody) {
  EXPECT_EQ(call(Authentication::off(), {}).status, 204U);
  EXPECT_EQ(call(Authentication::off(), {{"Authorization", "Bearer nonsense"}}).status, 204U);
  EXPECT_TRUE(callers_[0].id.empty());
  EXPECT_TRUE(callers_[0].owner.empty());
}

TEST_F(AuthenticationTest, WhereNobodyIsAskedAnotherSitesPageIsNobodyToo) {
  RateLimits limits({.per_key = 0, .per_address = 1000, .trusted_proxies = {}, .seed = "s"});
  for (const Authentication& open :
       {Authentication::off(), Authentication::off().limited_by(limits)}) {
    const auto foreign = call(open, {{"Host", "shop"}, {"Origin", "http://evil.example"}},
                              Scope::invoices_write, http::Method::post);
    EXPECT_EQ(foreign.status, 403U);
    EXPECT_NE(body_of(foreign).find("cross_site_request"), std::string::npos);
    EXPECT_TRUE(callers_.empty());
    for (const auto& [method, origin] : {std::pair{http::Method::post, "http://shop"},
                                         std::pair{http::Method::get, "http://evil.example"}}) {
      EXPECT_EQ(
          call(open, {{"Host", "shop"}, {"Origin", origin}}, Scope::invoices_write, method).status,
          204U);
    }
    EXPECT_EQ(call(open, {{"Host", "shop"}}, Scope::invoices_write, http::Method::post).status,
              204U);
    callers_.clear();
  }
}

TEST_F(AuthenticationTest, AKeyWithTheScopeEntersUnderItsIdAndName) {
  const MadeKey key = make(only(Scope::invoices_write));
  EXPECT_EQ(call_with(key.text).status, 204U);
  EXPECT_EQ(callers_.at(0).id, key.key.id);
  EXPECT_EQ(callers_.at(0).owner, "till-7");
  // RFC 9110 section 11.1: the scheme is case-insensitive, blanks may follow it.
  const std::string value = "bEARER   " + key.text;
  EXPECT_EQ(call(Authentication({.keys = &ring_}, clock_), {{"Authorization", value}}).status,
            204U);
}

TEST_F(AuthenticationTest, WhoShowsNothingIsToldWhatToShow) {
  make(Scopes::all());
  const auto answer = call(Authentication({.keys = &ring_}, clock_), {});
  EXPECT_EQ(answer.status, 401U);
  EXPECT_EQ(header(answer, "WWW-Authenticate"), R"(Bearer realm="invoicing")");
  EXPECT_NE(body_of(answer).find(R"("code":"unauthorized")"), std::string::npos);
  EXPECT_TRUE(callers_.empty());
}

TEST_F(AuthenticationTest, UnknownRevokedExpiredAndMalformedKeysGetTheSameAnswer) {
  const MadeKey revoked = make(Scopes::all());
  const MadeKey expired = make(Scopes::all(), 10s);
  ASSERT_TRUE(*testing::run(io_, keys_.revoke(revoked.key.id)));
  ASSERT_TRUE(testing::run(io_, ring_.refresh(store_)));
  clock_.advance(10s);
  std::string unknown = revoked.text;
  unknown[5] = unknown[5] == 'a' ? 'b' : 'a';
  const auto first = call_with(unknown);
  EXPECT_EQ(first.status, 401U);
  EXPECT_EQ(header(first, "WWW-Authenticate"),
            R"(Bearer realm="invoicing", error="invalid_token")");
  for (const std::string& text :
       {revoked.text, expired.text, std::string("x"), std::string(9'000, 'x')}) {
    const auto answer = call_with(text);
    EXPECT_EQ(answer.status, first.status);
    EXPECT_EQ(body_of(answer), body_of(first));
    EXPECT_EQ(header(answer, "WWW-Authenticate"), header(first, "WWW-Authenticate"));
  }
  EXPECT_TRUE(callers_.empty());
}

TEST_F(AuthenticationTest, TwoCredentialsAreNone) {
  const std::string value = "Bearer " + make(Scopes::all()).text;
  const Authentication authentication({.keys = &ring_}, clock_);
  EXPECT_EQ(call(authentication, {{"Authorization", value}, {"Authorization", value}}).status,
            401U);
  EXPECT_EQ(call(authentication, {{"Authorization", "Basic " + value}}).status, 401U);
  EXPECT_EQ(call(authentication, {{"Authorization", "Bearer"}}).status, 401U);
}

TEST_F(AuthenticationTest, AMissingScopeIsNamed) {
  const MadeKey key = make(only(Scope::invoices_read));
  const auto answer = call_with(key.text, Scope::reports_manage);
  EXPECT_EQ(answer.status, 403U);
  EXPECT_EQ(header(answer, "WWW-Authenticate"),
            R"(Bearer realm="invoicing", error="insufficient_scope", scope="reports:manage")");
  EXPECT_NE(body_of(answer).find("reports:manage"), std::string::npos);
  EXPECT_NE(body_of(answer).find(R"("code":"insufficient_scope")"), std::string::npos);
  EXPECT_TRUE(callers_.empty());
}

TEST_F(AuthenticationTest, WithoutTheKeysNobodyEnters) {
  const auto answer = call_with("ik_aaaaaaaa_x");
  EXPECT_EQ(answer.status, 503U);
  EXPECT_FALSE(header(answer, "Retry-After").empty());
  EXPECT_TRUE(header(answer, "WWW-Authenticate").empty());
  EXPECT_EQ(call_with("ik_aaaaaaaa_x", Scope::metrics_read).status, 503U);
}

/// Takes one token, once it has keys.
class OneToken final : public TokenVerifier {
 public:
  std::shared_ptr<const Principal> verify(std::string_view token, Instant) override {
    seen.emplace_back(token);
    if (token != "aa.bb.cc") return nullptr;
    return std::make_shared<const Principal>(Principal{"jwt:ada", "jwt:ada", scopes});
  }
  bool is_ready() const override { return ready; }

  bool ready = true;
  Scopes scopes = Scopes::all();
  std::vector<std::string> seen;
};

TEST_F(AuthenticationTest, ATokenEntersWhereTokensCount) {
  OneToken tokens;
  const Authentication authentication({.tokens = &tokens}, clock_);
  EXPECT_EQ(call(authentication, {{"Authorization", "Bearer aa.bb.cc"}}).status, 204U);
  EXPECT_EQ(callers_.at(0).id, "jwt:ada");
  const auto nothing = call(authentication, {});
  EXPECT_EQ(nothing.status, 401U);
  EXPECT_EQ(header(nothing, "WWW-Authenticate"), R"(Bearer realm="invoicing")");
  const auto wrong = call(authentication, {{"Authorization", "Bearer aa.bb.dd"}});
  EXPECT_EQ(wrong.status, 401U);
  EXPECT_EQ(header(wrong, "WWW-Authenticate"),
            R"(Bearer realm="invoicing", error="invalid_token")");
  tokens.scopes = only(Scope::invoices_read);
  EXPECT_EQ(call(authentication, {{"Authorization", "Bearer aa.bb.cc"}}).status, 403U);
}

TEST_F(AuthenticationTest, WhereKeysAloneCountATokenIsNothing) {
  make(Scopes::all());
  EXPECT_EQ(call_with("aa.bb.cc").status, 401U);
}

TEST_F(AuthenticationTest, WithBothTheFormSaysWhatIsMeant) {
  OneToken tokens;
  const MadeKey key = make(Scopes::all());
  const Authentication authentication({&ring_, &tokens}, clock_);
  const std::string with_key = "Bearer " + key.text;
  EXPECT_EQ(call(authentication, {{"Authorization", with_key}}).status, 204U);
  EXPECT_TRUE(tokens.seen.empty()) << "no key of ours leaves for the tokens";
  EXPECT_EQ(call(authentication, {{"Authorization", "Bearer aa.bb.cc"}}).status, 204U);
  EXPECT_EQ(callers_.at(0).id, key.key.id);
  EXPECT_EQ(callers_.at(1).id, "jwt:ada");
}

TEST_F(AuthenticationTest, EachOfBothServesWhileTheOtherCannot) {
  OneToken tokens;
  tokens.ready = false;
  const Authentication authentication({&ring_, &tokens}, clock_);
  EXPECT_EQ(call(authentication, {{"Authorization", "Bearer aa.bb.cc"}}).status, 503U);
  EXPECT_TRUE(tokens.seen.empty());
  tokens.ready = true;
  EXPECT_EQ(call(authentication, {{"Authorization", "Bearer aa.bb.cc"}}).status, 204U);
  EXPECT_EQ(call(authentication, {{"Authorization", "Bearer ik_x"}}).status, 503U)
      << "the API keys were never read";
  const std::string with_key = "Bearer " + make(Scopes::all()).text;
  EXPECT_EQ(call(authentication, {{"Authorization", with_key}}).status, 204U);
}

}  // namespace
}  // namespace invoicing::rest
