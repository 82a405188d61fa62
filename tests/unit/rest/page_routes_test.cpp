#include "rest/page_routes.hpp"

#include <optional>

#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include "tests/support/run_task.hpp"

namespace invoicing::rest {
namespace {

constexpr PageAsset kFiles[] = {
    {"/", "text/html; charset=utf-8", "aa11", false, "aGFzaA==", "<html>", "gzipped", "brotlied"},
    {"/assets/x-1.svg", "image/svg+xml", "bb22", true, {}, "<svg>", {}, {}},
};

class NoBody final : public http::BodyReader {
 public:
  Task<Result<std::string>> read_all() override { co_return std::string(); }
  Task<Result<std::string_view>> read_some() override { co_return std::string_view(); }
};

class PageRoutes : public ::testing::Test {
 protected:
  PageRoutes() { add_page_routes(router_, kFiles); }

  http::Response get(std::string_view path, std::initializer_list<http::HeaderView> headers = {}) {
    http::Request request;
    request.path = path;
    request.headers = headers;
    const auto match = router_.match(request);
    if (match.route == nullptr) return {.status = 404};
    NoBody body;
    return testing::run(io_, match.route->handler(request, body));
  }
  static std::string body(const http::Response& response) {
    const auto* shared = std::get_if<std::shared_ptr<const std::string>>(&response.body);
    return shared == nullptr ? std::get<std::string>(response.body) : **shared;
  }
  static std::optional<std::string> header(const http::Response& response, std::string_view name) {
    for (const auto& field : response.headers) {
      if (field.name == name) return field.value;
    }
    return std::nullopt;
  }

  boost::asio::io_context io_{1};
  http::Router router_;
};

TEST_F(PageRoutes, AClientThatSaysNothingGetsThePlainFile) {
  const auto answer = get("/");
  EXPECT_EQ(answer.status, 200U);
  EXPECT_EQ(answer.content_type, "text/html; charset=utf-8");
  EXPECT_EQ(body(answer), "<html>");
  EXPECT_EQ(header(answer, "Content-Encoding"), std::nullopt);
  EXPECT_EQ(header(answer, "ETag"), "\"aa11\"");
  EXPECT_EQ(header(answer, "Vary"), "Accept-Encoding");
}

TEST_F(PageRoutes, TheCodingIsTheSmallestThatTheClientTakes) {
  const auto best = get("/", {{"Accept-Encoding", "gzip, deflate, br"}});
  EXPECT_EQ(body(best), "brotlied");
  EXPECT_EQ(header(best, "Content-Encoding"), "br");
  EXPECT_EQ(header(best, "ETag"), "\"aa11-br\"");
  EXPECT_EQ(body(get("/", {{"Accept-Encoding", "gzip"}})), "gzipped");
  EXPECT_EQ(body(get("/", {{"Accept-Encoding", "br;q=0, *"}})), "gzipped");
  EXPECT_EQ(body(get("/", {{"Accept-Encoding", "identity"}})), "<html>");
  // What does not become smaller is not compressed.
  EXPECT_EQ(body(get("/assets/x-1.svg", {{"Accept-Encoding", "br"}})), "<svg>");
}

TEST_F(PageRoutes, WhatTheClientHasIsNotSentAgain) {
  const auto answer =
      get("/", {{"Accept-Encoding", "br"}, {"If-None-Match", "\"other\", \"aa11-br\""}});
  EXPECT_EQ(answer.status, 304U);
  EXPECT_EQ(header(answer, "ETag"), "\"aa11-br\"");
  EXPECT_EQ(header(answer, "Cache-Control"), "no-cache");
  EXPECT_EQ(get("/", {{"If-None-Match", "\"aa11-br\""}}).status, 200U);
}

TEST_F(PageRoutes, OnlyWhatIsNamedByItsHashIsKeptWithoutAsking) {
  EXPECT_EQ(header(get("/"), "Cache-Control"), "no-cache");
  EXPECT_EQ(header(get("/assets/x-1.svg"), "Cache-Control"), "public, max-age=31536000, immutable");
  EXPECT_EQ(get("/assets/x-2.svg").status, 404U);
}

TEST_F(PageRoutes, NothingFromElsewhereMayRunOrFrameThePage) {
  for (const auto* path : {"/", "/assets/x-1.svg"}) {
    const auto policy = header(get(path), "Content-Security-Policy");
    ASSERT_TRUE(policy);
    EXPECT_NE(policy->find("default-src 'none'"), std::string::npos);
    EXPECT_NE(policy->find("frame-ancestors 'none'"), std::string::npos);
    EXPECT_EQ(policy->find("unsafe"), std::string::npos);
    const auto* style =
        path == std::string_view("/") ? "style-src 'sha256-aGFzaA=='" : "style-src 'none'";
    EXPECT_NE(policy->find(style), std::string::npos);
    EXPECT_EQ(policy->find("http"), std::string::npos);
    EXPECT_EQ(header(get(path), "X-Content-Type-Options"), "nosniff");
  }
}

}  // namespace
}  // namespace invoicing::rest
