#include "http/router.hpp"

#include <stdexcept>
#include <string>

#include <gtest/gtest.h>

namespace invoicing::http {
namespace {

Task<Response> never_called(Request&, BodyReader&) {
  co_return Response();
}

class RouterTest : public testing::Test {
 protected:
  RouterTest() {
    add(Method::get, "/", "root");
    add(Method::get, "/invoices", "list");
    add(Method::post, "/invoices", "create");
    add(Method::get, "/invoices/{id}", "get");
    add(Method::post, "/invoices/import", "import");
    add(Method::post, "/invoices/{id}/void", "void");
    add(Method::get, "/reports/current", "current");
    add(Method::get, "/reports/{day}", "report");
    add(Method::get, "/reports/{day}/mail", "mail");
    add(Method::get, "/a/{x}/b/{y}", "two");
  }
  void add(Method method, std::string pattern, std::string name) {
    router_.add(Route{.method = method,
                      .pattern = std::move(pattern),
                      .name = std::move(name),
                      .handler = never_called});
  }
  // The route's name, "405 …" with what is allowed, or "404".
  std::string match(Method method, std::string_view path) {
    request_.method = method;
    request_.path = path;
    const auto match = router_.match(request_);
    if (match.route != nullptr) return match.route->name;
    return match.allow != nullptr ? "405 " + *match.allow : "404";
  }

  Router router_;
  Request request_;
};

TEST_F(RouterTest, FindsLiteralsAndParameters) {
  EXPECT_EQ(match(Method::get, "/"), "root");
  EXPECT_EQ(match(Method::get, "/invoices"), "list");
  EXPECT_EQ(match(Method::post, "/invoices"), "create");
  EXPECT_EQ(match(Method::get, "/invoices/42"), "get");
  EXPECT_EQ(request_.path_parameter("id"), "42");
  EXPECT_EQ(match(Method::post, "/invoices/a%2Fb/void"), "void");
  EXPECT_EQ(request_.path_parameter("id"), "a%2Fb");
  EXPECT_EQ(request_.path_parameter("day"), "");
}

TEST_F(RouterTest, KeepsParametersApart) {
  EXPECT_EQ(match(Method::get, "/a/1/b/2"), "two");
  EXPECT_EQ(request_.path_parameter("x"), "1");
  EXPECT_EQ(request_.path_parameter("y"), "2");
}

TEST_F(RouterTest, PrefersLiteralsButComesBackFromThem) {
  EXPECT_EQ(match(Method::get, "/reports/current"), "current");
  EXPECT_EQ(match(Method::get, "/reports/2026-01-01"), "report");
  EXPECT_EQ(match(Method::get, "/reports/current/mail"), "mail");
  EXPECT_EQ(request_.path_parameter("day"), "current");
  EXPECT_EQ(request_.path_parameter_count, 1U);
}

TEST_F(RouterTest, IgnoresOneTrailingSlash) {
  EXPECT_EQ(match(Method::get, "/invoices/"), "list");
  EXPECT_EQ(match(Method::get, "/invoices/42/"), "get");
  EXPECT_EQ(match(Method::get, "/invoices//"), "404");
  EXPECT_EQ(match(Method::get, "//"), "404");
  EXPECT_EQ(match(Method::get, "//invoices"), "404");
  EXPECT_EQ(match(Method::post, "/invoices//void"), "404");
}

TEST_F(RouterTest, TellsUnknownPathsFromWrongMethods) {
  EXPECT_EQ(match(Method::get, "/invoice"), "404");
  EXPECT_EQ(match(Method::get, "/invoices/1/2"), "404");
  EXPECT_EQ(match(Method::get, "/a"), "404") << "an inner node is no route";
  EXPECT_EQ(match(Method::get, ""), "404");
  EXPECT_EQ(match(Method::del, "/invoices"), "405 GET, HEAD, POST, OPTIONS");
  EXPECT_EQ(match(Method::get, "/invoices/1/void"), "405 POST, OPTIONS");
  EXPECT_EQ(match(Method::get, "/invoices/import"), "405 POST, OPTIONS");
}

TEST_F(RouterTest, AnswersHeadByTheGetRoute) {
  EXPECT_EQ(match(Method::head, "/invoices"), "list");
  EXPECT_EQ(match(Method::head, "/invoices/1/void"), "405 POST, OPTIONS");
  add(Method::head, "/invoices", "list_head");
  EXPECT_EQ(match(Method::head, "/invoices"), "list_head");
}

TEST_F(RouterTest, KnowsWhatTheWholeServerAllows) {
  EXPECT_EQ(router_.allow_all(), "GET, HEAD, POST, OPTIONS");
  add(Method::del, "/invoices/{id}", "delete");
  EXPECT_EQ(router_.allow_all(), "GET, HEAD, POST, DELETE, OPTIONS");
}

TEST_F(RouterTest, RefusesBadRoutes) {
  EXPECT_THROW(add(Method::get, "/invoices/", "same"), std::invalid_argument);
  EXPECT_THROW(add(Method::get, "/invoices/{other}", "renamed"), std::invalid_argument);
  EXPECT_THROW(add(Method::get, "invoices", "relative"), std::invalid_argument);
  EXPECT_THROW(add(Method::get, "/x//y", "empty"), std::invalid_argument);
  EXPECT_THROW(add(Method::get, "/x{id}", "half"), std::invalid_argument);
  EXPECT_THROW(add(Method::get, "/{a}/{b}/{c}/{d}/{e}", "many"), std::invalid_argument);
  EXPECT_THROW(add(Method::other, "/x", "other"), std::invalid_argument);
  EXPECT_THROW(router_.add(Route{.pattern = "/x", .name = "x"}), std::invalid_argument);
}

}  // namespace
}  // namespace invoicing::http
