// Logging in, and what a cookie may do that a key may.

#include "rest/session_routes.hpp"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <gmock/gmock.h>

#include "app/manage_api_keys.hpp"
#include "rest/session_cookie.hpp"
#include "tests/support/different_bytes.hpp"
#include "tests/support/memory/api_key_store.hpp"
#include "tests/support/memory/manual_clock.hpp"
#include "tests/support/memory/session_store.hpp"
#include "tests/support/run_task.hpp"

namespace invoicing::rest {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::Not;

class OneBody final : public http::BodyReader {
 public:
  explicit OneBody(std::string text) : text_(std::move(text)) {}
  Task<Result<std::string>> read_all() override { co_return text_; }
  Task<Result<std::string_view>> read_some() override { co_return text_; }

 private:
  std::string text_;
};

std::string header(const http::Response& response, std::string_view name) {
  const auto found = std::ranges::find(response.headers, name, &http::ResponseHeader::name);
  return found == response.headers.end() ? std::string() : found->value;
}

using Headers = std::vector<http::HeaderView>;

class SessionRoutesTest : public ::testing::Test {
 protected:
  SessionRoutesTest() {
    const Authentication authentication({.keys = &ring_, .sessions = &log_in_}, clock_);
    add_session_routes(router_, {&log_in_, clock_, authentication});
    for (const auto method : {http::Method::get, http::Method::post}) {
      router_.add({.method = method,
                   .pattern = "/guarded",
                   .name = "guarded",
                   .handler = authentication.require(Scope::invoices_write,
                                                     [this](http::Request&, http::BodyReader&,
                                                            Caller caller) -> Task<http::Response> {
                                                       callers_.push_back(caller->id);
                                                       co_return http::Response{.status = 204};
                                                     })});
    }
  }

  std::string make_key(Scopes scopes = Scopes::all()) {
    auto made = *testing::run(io_, keys_.create({"manager", scopes, std::nullopt}));
    EXPECT_TRUE(testing::run(io_, ring_.refresh(store_)));
    return made.text;
  }

  http::Response call(http::Method method, std::string_view path, Headers headers,
                      std::string body = "") {
    http::Request request;
    request.method = method;
    request.path = path;
    request.headers = std::move(headers);
    OneBody reader(std::move(body));
    const auto match = router_.match(request);
    EXPECT_NE(match.route, nullptr);
    return testing::run(io_, match.route->handler(request, reader));
  }

  http::Response log_in(const std::string& key, std::string_view origin = "http://shop:3000") {
    return call(http::Method::post, "/session",
                {{"Host", "shop:3000"}, {"Origin", origin}, {"Content-Type", "application/json"}},
                R"({"key":")" + key + "\"}");
  }

  /// What a browser sends back.
  static std::string cookie_of(const http::Response& response) {
    const std::string set = header(response, "Set-Cookie");
    return set.substr(0, set.find(';'));
  }

  static std::string body_of(const http::Response& response) {
    return std::get<std::string>(response.body);
  }

  boost::asio::io_context io_{1};
  memory::MemoryApiKeyStore store_;
  memory::MemorySessionStore sessions_;
  memory::ManualClock clock_{Instant{500'000h}};
  std::uint8_t count_ = 0;
  ManageApiKeys keys_{store_, clock_, testing::different_bytes<KeyBytes>(count_)};
  KeyRing ring_;
  LogIn log_in_{sessions_, ring_, clock_, 12h, testing::different_bytes<TokenBytes>(count_)};
  http::Router router_;
  std::vector<std::string> callers_;
};

TEST_F(SessionRoutesTest, a_key_becomes_a_cookie_that_no_script_and_no_other_site_has) {
  const auto answer = log_in(make_key());
  EXPECT_EQ(answer.status, 201U);
  const std::string set = header(answer, "Set-Cookie");
  EXPECT_THAT(set, ::testing::MatchesRegex("invoicing-session=[A-Za-z0-9_-]*; Path=/; HttpOnly; "
                                           "SameSite=Strict; Max-Age=43200"));
  EXPECT_EQ(header(answer, "Cache-Control"), "no-store");
  EXPECT_THAT(body_of(answer), HasSubstr(R"("name":"manager","scopes":["invoices:read",)"));
  EXPECT_THAT(body_of(answer), Not(HasSubstr("ik_")));
}

TEST_F(SessionRoutesTest, over_tls_the_cookie_is_for_tls) {
  const auto answer = log_in(make_key(), "https://shop:3000");
  const std::string set = header(answer, "Set-Cookie");
  EXPECT_THAT(set, ::testing::StartsWith("__Host-invoicing-session="));
  EXPECT_THAT(set, ::testing::EndsWith("; Secure"));
  const std::string cookie = cookie_of(answer);
  EXPECT_EQ(call(http::Method::get, "/guarded", {{"Cookie", cookie}}).status, 204U);
}

TEST_F(SessionRoutesTest, the_cookie_does_what_its_key_may_under_its_id) {
  Scopes reading;
  reading.add(Scope::invoices_read);
  const std::string writer = cookie_of(log_in(make_key()));
  const std::string reader = "theme=dark; " + cookie_of(log_in(make_key(reading)));
  EXPECT_EQ(call(http::Method::get, "/guarded", {{"Cookie", writer}}).status, 204U);
  EXPECT_EQ(callers_.at(0).size(), 8U);
  const auto refused = call(http::Method::get, "/guarded", {{"Cookie", reader}});
  EXPECT_EQ(refused.status, 403U);
  EXPECT_THAT(body_of(refused), HasSubstr("invoices:write"));
  EXPECT_EQ(callers_.size(), 1U);
}

TEST_F(SessionRoutesTest, what_changes_something_has_to_come_from_our_own_page) {
  const std::string cookie = cookie_of(log_in(make_key()));
  const auto post = [&](Headers headers) {
    headers.push_back({"Cookie", cookie});
    return call(http::Method::post, "/guarded", std::move(headers));
  };
  EXPECT_EQ(post({{"Host", "shop:3000"}, {"Origin", "http://shop:3000"}}).status, 204U);
  EXPECT_EQ(post({{"Host", "SHOP"}, {"Origin", "https://shop"}}).status, 204U);
  for (const Headers& headers :
       {Headers{{"Host", "shop:3000"}}, Headers{{"Host", "shop:3000"}, {"Origin", "null"}},
        Headers{{"Host", "shop:3000"}, {"Origin", "http://shop:3001"}},
        Headers{{"Host", "shop:3000"}, {"Origin", "http://shop"}},
        Headers{{"Host", "shop:3000"}, {"Origin", "http://evil.example"}},
        Headers{{"Host", "shop:3000"}, {"Origin", "http://shop:3000.evil.example"}},
        Headers{{"Host", ""}, {"Origin", ""}}, Headers{{"Host", ""}, {"Origin", "http://"}}}) {
    const auto answer = post(headers);
    EXPECT_EQ(answer.status, 403U);
    EXPECT_THAT(body_of(answer), HasSubstr("cross_site_request"));
  }
  EXPECT_EQ(callers_.size(), 2U);
}

TEST_F(SessionRoutesTest, a_key_beside_a_cookie_speaks_for_itself) {
  const std::string cookie = cookie_of(log_in(make_key()));
  const std::string bearer = "Bearer " + make_key();
  EXPECT_EQ(
      call(http::Method::post, "/guarded", {{"Cookie", cookie}, {"Authorization", bearer}}).status,
      204U);
  EXPECT_EQ(call(http::Method::get, "/guarded",
                 {{"Cookie", cookie}, {"Authorization", "Bearer nonsense"}})
                .status,
            401U);
}

TEST_F(SessionRoutesTest, cookies_of_nobody_are_told_so) {
  make_key();
  for (const char* const cookie :
       {"invoicing-session=", "invoicing-session=x", "__Host-invoicing-session=AAAA;;", "=",
        "invoicing-session", "xinvoicing-session=y"}) {
    const auto answer = call(http::Method::get, "/guarded", {{"Cookie", cookie}});
    EXPECT_EQ(answer.status, 401U) << cookie;
    EXPECT_EQ(header(answer, "WWW-Authenticate"), kChallenge);
  }
}

TEST_F(SessionRoutesTest, who_am_i) {
  const std::string key = make_key();
  const std::string cookie = cookie_of(log_in(key));
  const auto session = call(http::Method::get, "/session", {{"Cookie", cookie}});
  EXPECT_EQ(session.status, 200U);
  EXPECT_THAT(body_of(session), HasSubstr(R"("expiresAt":"2027-)"));
  const std::string bearer = "Bearer " + key;
  const auto own = call(http::Method::get, "/session", {{"Authorization", bearer}});
  EXPECT_THAT(body_of(own), HasSubstr(R"("expiresAt":null)"));
  EXPECT_EQ(call(http::Method::get, "/session", {}).status, 401U);

  http::Router open;
  add_session_routes(open, {nullptr, clock_, Authentication::off()});
  http::Request request;
  request.path = "/session";
  OneBody nothing("");
  const auto answer = testing::run(io_, open.match(request).route->handler(request, nothing));
  EXPECT_EQ(body_of(answer),
            R"({"by":null,"name":null,"scopes":["invoices:read","invoices:write","reports:read",)"
            R"("reports:manage","metrics:read"],"expiresAt":null})");
}

TEST_F(SessionRoutesTest, logging_out_ends_the_session_and_takes_the_cookie_away) {
  const std::string cookie = cookie_of(log_in(make_key()));
  const Headers own = {{"Host", "a"}, {"Origin", "http://a"}, {"Cookie", cookie}};
  EXPECT_EQ(call(http::Method::del, "/session", {{"Host", "a"}, {"Cookie", cookie}}).status, 403U);
  EXPECT_EQ(call(http::Method::get, "/guarded", {{"Cookie", cookie}}).status, 204U);
  const auto answer = call(http::Method::del, "/session", own);
  EXPECT_EQ(answer.status, 204U);
  EXPECT_EQ(header(answer, "Set-Cookie"),
            "invoicing-session=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0");
  EXPECT_EQ(call(http::Method::get, "/guarded", {{"Cookie", cookie}}).status, 401U);
  EXPECT_EQ(call(http::Method::del, "/session", own).status, 204U);
}

TEST_F(SessionRoutesTest, a_log_in_with_faults_is_told_what_they_are_and_never_what_was_sent) {
  make_key();
  const auto post = [this](const std::string& body) {
    return call(http::Method::post, "/session",
                {{"Host", "a"}, {"Origin", "http://a"}, {"Content-Type", "application/json"}},
                body);
  };
  EXPECT_EQ(post("").status, 400U);
  for (const char* const body : {R"({})", R"({"key":7})", R"({"key":"ik_secret","x":1})"}) {
    const auto answer = post(body);
    EXPECT_EQ(answer.status, 400U) << body;
    EXPECT_THAT(body_of(answer), HasSubstr("validation_failed"));
    EXPECT_THAT(body_of(answer), Not(HasSubstr("ik_secret")));
  }
  EXPECT_EQ(post(R"({"key":"ik_secret"})").status, 401U);
  EXPECT_EQ(header(post(R"({"key":"ik_secret"})"), "WWW-Authenticate"), kChallenge);
  EXPECT_EQ(log_in(make_key(), "http://evil.example").status, 403U);
}

}  // namespace
}  // namespace invoicing::rest
