#include "rest/negotiation.hpp"

#include <gtest/gtest.h>

namespace invoicing::rest {
namespace {

http::Request with(std::initializer_list<http::HeaderView> headers) {
  http::Request request;
  request.headers = headers;
  return request;
}

Result<std::string_view> chosen(std::string_view accept) {
  return choose_type(with({{"Accept", accept}}), {kJson, kNdjson, kCsv});
}

TEST(ChooseType, TakesTheFirstWithoutAccept) {
  EXPECT_EQ(*choose_type(with({}), {kJson, kCsv}), kJson);
  EXPECT_EQ(*chosen(""), kJson);
}

TEST(ChooseType, TakesWhatIsNamed) {
  EXPECT_EQ(*chosen("text/csv"), kCsv);
  EXPECT_EQ(*chosen("TEXT/CSV"), kCsv);
  EXPECT_EQ(*chosen("text/html, application/x-ndjson"), kNdjson);
  EXPECT_EQ(*chosen("text/csv; charset=utf-8"), kCsv);
}

TEST(ChooseType, FollowsQualities) {
  EXPECT_EQ(*chosen("application/json;q=0.5, text/csv;q=0.9"), kCsv);
  EXPECT_EQ(*chosen("application/json;q=0.5, */*;q=0.1"), kJson);
  EXPECT_EQ(*chosen("*/*, application/json;q=0"), kNdjson);
  EXPECT_EQ(*chosen("text/*"), kCsv);
}

TEST(ChooseType, JoinsSeveralFields) {
  const auto type =
      choose_type(with({{"Accept", "text/html"}, {"accept", "text/csv"}}), {kJson, kCsv});
  EXPECT_EQ(*type, kCsv);
}

TEST(ChooseType, RefusesWhatItDoesNotHave) {
  for (const std::string_view accept :
       {"text/html", "application/json;q=0", "application/*+json"}) {
    const auto type = chosen(accept);
    ASSERT_FALSE(type) << accept;
    EXPECT_EQ(type.error().code(), ErrorCode::not_acceptable);
    EXPECT_NE(type.error().detail().find("text/csv"), std::string::npos);
  }
}

TEST(RequireContentType, TakesJsonInUtf8Only) {
  const auto takes = [](std::string_view value) {
    return require_content_type(with({{"Content-Type", value}}), kJson).has_value();
  };
  EXPECT_TRUE(takes("application/json"));
  EXPECT_TRUE(takes("Application/JSON; charset=UTF-8"));
  EXPECT_TRUE(takes("application/json; charset=\"utf-8\""));
  EXPECT_FALSE(takes("application/json; charset=latin1"));
  EXPECT_FALSE(takes("application/json; charset"));
  EXPECT_FALSE(takes("application/x-www-form-urlencoded"));
  EXPECT_FALSE(takes("application/jsonx"));
  EXPECT_FALSE(require_content_type(with({}), kJson));
}

TEST(MatchesEtag, ComparesWeaklyAndInLists) {
  const auto matches = [](std::string_view value) {
    return matches_etag(with({{"If-None-Match", value}}), "\"a-1\"");
  };
  EXPECT_TRUE(matches("\"a-1\""));
  EXPECT_TRUE(matches("W/\"a-1\""));
  EXPECT_TRUE(matches("\"x\", \"a-1\""));
  EXPECT_TRUE(matches("*"));
  EXPECT_FALSE(matches("\"a-2\""));
  EXPECT_FALSE(matches("a-1"));
  EXPECT_FALSE(matches_etag(with({}), "\"a-1\""));
}

}  // namespace
}  // namespace invoicing::rest
