#include "http/query_string.hpp"

#include <string>

#include <gtest/gtest.h>

namespace invoicing::http {
namespace {

std::string pairs(std::string_view query) {
  const auto parsed = parse_query(query);
  if (!parsed) return "error";
  std::string all;
  for (const auto& [name, value] : *parsed) all += "(" + name + "=" + value + ")";
  return all;
}

TEST(QueryString, SplitsAndDecodes) {
  EXPECT_EQ(pairs(""), "");
  EXPECT_EQ(pairs("a=1&b=2"), "(a=1)(b=2)");
  EXPECT_EQ(pairs("a=x+y%20z%2B"), "(a=x y z+)");
  EXPECT_EQ(pairs("%61=%C3%a4"), "(a=\xC3\xA4)");
  EXPECT_EQ(pairs("a=b=c"), "(a=b=c)");
  EXPECT_EQ(pairs("a=%26%3D"), "(a=&=)");
}

TEST(QueryString, KeepsDuplicatesAndEmptyValues) {
  EXPECT_EQ(pairs("a=1&a=2&a"), "(a=1)(a=2)(a=)");
  EXPECT_EQ(pairs("&&a=&&"), "(a=)");
}

TEST(QueryString, RefusesWhatIsMalformed) {
  for (const char* query : {"a=%", "a=%4", "a=%zz", "a=%4g", "%=1", "a=%00", "=1", "a=1&=2"}) {
    EXPECT_EQ(pairs(query), "error") << query;
  }
}

TEST(QueryString, NamesTheParameterAtFault) {
  const auto parsed = parse_query("good=1&b%61d=%x");
  ASSERT_FALSE(parsed);
  EXPECT_EQ(parsed.error().code(), ErrorCode::invalid_parameter);
  ASSERT_EQ(parsed.error().faults().size(), 1U);
  EXPECT_EQ(parsed.error().faults()[0].pointer, "bad");
}

TEST(QueryString, LimitsTheNumberOfParameters) {
  std::string query;
  for (std::size_t i = 0; i < kQueryParametersMax; ++i) query += "a=1&";
  EXPECT_TRUE(parse_query(query));
  EXPECT_FALSE(parse_query(query + "a=1"));
}

TEST(PercentEncode, IsUndoneByDecoding) {
  std::string every_byte;
  for (int c = 1; c < 256; ++c) every_byte.push_back(static_cast<char>(c));
  const auto parsed = parse_query("x=" + percent_encode(every_byte));
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->at(0).value, every_byte);
  EXPECT_EQ(pairs("x=" + percent_encode("a b&c=d")), "(x=a b&c=d)");
  EXPECT_EQ(percent_encode("aZ09-._~"), "aZ09-._~");
}

}  // namespace
}  // namespace invoicing::http
