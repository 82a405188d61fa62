#include "codec/json_tree.hpp"

#include <random>
#include <string>

#include <gtest/gtest.h>

#include "codec/json_writer.hpp"
#include "tests/fuzz/json_oracle.hpp"

namespace invoicing::codec {
namespace {

std::string why_not(std::string_view text) {
  JsonTree tree;
  const auto root = tree.read(text);
  if (root) return "accepted";
  EXPECT_EQ(root.error().code(), ErrorCode::malformed_json);
  return root.error().detail();
}

std::string nested(int depth) {
  std::string text;
  for (int i = 1; i < depth; ++i) text += i % 2 != 0 ? "{\"a\":" : "[";
  text += "{}";
  for (int i = depth - 1; i >= 1; --i) text += i % 2 != 0 ? "}" : "]";
  return text;
}

TEST(JsonTree, ReadsEveryKindOfValue) {
  JsonTree tree;
  const auto root = tree.read(
      " {\"s\":\"\\u00e4\\ud83d\\ude00\\n\", \"n\" : -1.50e2 ,\"t\":true,\"f\":false,\"z\":null,"
      "\"a\":[1,[2,{}],\"x\"],\"o\":{\"p\":[],\"\":0}} ");
  ASSERT_TRUE(root) << root.error().detail();
  EXPECT_EQ(root->size(), 7U);
  EXPECT_EQ(root->find("s")->text(), "\u00e4\U0001F600\n");
  EXPECT_EQ(root->find("n")->text(), "-1.50e2");
  EXPECT_EQ(root->find("n")->kind(), JsonKind::number);
  EXPECT_EQ(root->find("t")->text(), "true");
  EXPECT_EQ(root->find("f")->kind(), JsonKind::boolean);
  EXPECT_EQ(root->find("z")->kind(), JsonKind::null);
  const JsonValue array = *root->find("a");
  EXPECT_EQ(array.size(), 3U);
  EXPECT_EQ((*++array.begin()).size(), 2U);
  EXPECT_EQ(root->find("o")->find("")->text(), "0");
  EXPECT_FALSE(root->find("p")) << "members of members are not members";
}

TEST(JsonTree, ReadsOneTextAfterTheOther) {
  JsonTree tree;
  for (const std::size_t size : {10U, 2'000'000U, 10U, 300'000U}) {
    const std::string text = "{\"a\":\"" + std::string(size, 'x') + "\"}";
    const auto root = tree.read(text);
    ASSERT_TRUE(root);
    EXPECT_EQ(root->find("a")->text().size(), size);
    EXPECT_FALSE(tree.read("{"));
  }
}

TEST(JsonTree, SaysWhatIsWrong) {
  EXPECT_NE(why_not("[1]").find("not an object"), std::string::npos);
  EXPECT_NE(why_not("").find("empty"), std::string::npos);
  EXPECT_NE(why_not("{\"a\":\"\xC3(\"}").find("UTF-8"), std::string::npos);
  EXPECT_NE(why_not("{} {}").find("follows"), std::string::npos);
  EXPECT_NE(why_not("{\"a\":1,\"\\u0061\":2}").find("twice"), std::string::npos);
  EXPECT_NE(why_not("{\"a\":\"\\u0000\"}").find("NUL"), std::string::npos);
  EXPECT_NE(why_not("{\"\\u0000\":1}").find("NUL"), std::string::npos);
  EXPECT_NE(why_not(nested(33)).find("32 levels"), std::string::npos);
  EXPECT_NE(why_not("{\"a\":01}").find("number"), std::string::npos);
  EXPECT_NE(why_not("{\"a\":\"\\udc00\"}").find("surrogate"), std::string::npos);
}

TEST(JsonTree, TakesThirtyTwoLevels) {
  EXPECT_EQ(why_not(nested(32)), "accepted");
  EXPECT_NE(why_not(nested(100'000)), "accepted");
  EXPECT_NE(why_not("{\"a\":" + std::string(100'000, '[')), "accepted");
}

TEST(JsonTree, FindsADuplicateAmongManyKeys) {
  std::string text = "{";
  for (int i = 0; i < 50'000; ++i) text += "\"k" + std::to_string(i) + "\":0,";
  EXPECT_EQ(why_not(text + "\"last\":0}"), "accepted");
  EXPECT_NE(why_not(text + "\"k7\":0}").find("twice"), std::string::npos);
  for (const int count : {15, 16, 17, 18}) {
    std::string few = "{";
    for (int i = 0; i < count; ++i) few += "\"k" + std::to_string(i) + "\":0,";
    EXPECT_EQ(why_not(few + "\"k\":0}"), "accepted") << count;
    EXPECT_NE(why_not(few + "\"k0\":0}"), "accepted") << count;
  }
}

class JsonTreeRefuses : public testing::TestWithParam<std::string> {};

TEST_P(JsonTreeRefuses, WhatIsNotJson) {
  ASSERT_FALSE(fuzz::JsonOracle::accepts(GetParam())) << "the two readers must agree";
  EXPECT_NE(why_not(GetParam()), "accepted") << GetParam();
}

INSTANTIATE_TEST_SUITE_P(
    Texts, JsonTreeRefuses,
    testing::Values("{", "}", "{]", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{,}", "{\"a\":[1,]}",
                    "{\"a\":[,1]}", "{\"a\":[1 2]}", "{\"a\":1 \"b\":2}", "{a:1}", "{'a':1}",
                    "{\"a\":tru}", "{\"a\":truee}", "{\"a\":nul}", "{\"a\":nulll}", "{\"a\":True}",
                    "{\"a\":NaN}", "{\"a\":Infinity}", "{\"a\":1.}", "{\"a\":.5}", "{\"a\":1e}",
                    "{\"a\":0x10}", "{\"a\":123abc}", "{\"a\":+1}", "{\"a\":-}", "{\"a\":00}",
                    "{\"a\":\"x}", "{\"a\":\"\\x\"}", "{\"a\":\"\\u12\"}", "{\"a\":\"\\u12g4\"}",
                    "{\"a\":\"\n\"}", "{\"a\":\"\t\"}", "{}{}", "{},", "{}]", "null", "1", "\"a\"",
                    "[]", "{\"a\":1}//x", "{/**/}", "\xEF\xBB\xBF{}", "{\"a\":\"\xC0\x80\"}",
                    "{\"a\":\"\xED\xA0\x80\"}", "{\"a\":\"\xF5\x80\x80\x80\"}", "{\"\xFF\":1}",
                    "{\"a\":\"\\ud800\"}", "{\"a\":\"\\ud800x\"}", "{\"a\":\"\\ud800\\n\"}",
                    "{\"a\":\"\\ud800\\u0041\"}", "{\"a\":\"\\ud801\\ud801\"}",
                    "{\"a\":\"\\udc00\\ud800\"}", "{\"\\ud800\":1}", "{\"a\":\"\\", "{\"a\":\"\\u",
                    "{\"a\":[{\"b\":1,\"b\":2}]}", std::string("{\"a\":\"\0\"}", 9),
                    std::string("{}\0", 3), "   ", "\f{}", "{\"a\":1\f}"));

TEST(JsonTree, AgreesWithAPlainReaderOnMutatedTexts) {
  const std::uint64_t seed = 20261122;
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937_64 random(seed);
  const std::string text =
      "{\"customer\":\"J\\u00e4\\ud83d\\ude00\",\"amount\":-100.10e+2,\"items\":[{\"sku\":\"a\","
      "\"qt\":[true,false,null,{}]},[]],\"customes\":{\"a\":\"\\\\\\\"\",\"b\":\"\xC3\xA4\"}}";
  const std::string bytes = "{}[]\",:\\u0019deE+-. \n\ttrfn\x7F\x80\xC3\xF0";
  JsonTree tree;
  int accepted = 0;
  for (int round = 0; round < 20'000; ++round) {
    std::string mutated = text;
    for (auto changes = random() % 3 + 1; changes > 0; --changes) {
      const std::size_t at = random() % mutated.size();
      switch (random() % 4) {
        case 0:
          mutated.erase(at, random() % 3 + 1);
          break;
        case 1:
          mutated.insert(at, 1, bytes[random() % bytes.size()]);
          break;
        case 2:
          mutated.insert(at, mutated.substr(random() % mutated.size(), random() % 12));
          break;
        default:
          mutated[at] = bytes[random() % bytes.size()];
      }
    }
    const bool taken = tree.read(mutated).has_value();
    accepted += taken ? 1 : 0;
    ASSERT_EQ(taken, fuzz::JsonOracle::accepts(mutated)) << mutated;
  }
  EXPECT_GT(accepted, 300) << "mutations that leave JSON are part of the test";
}

TEST(JsonWriter, EscapesWhatRfc8259Demands) {
  std::string out;
  append_json_string(out, std::string_view("a\"b\\c/\b\f\n\r\t\x01\x1F\x7F\u00e4\u2028\0", 20));
  EXPECT_EQ(out, "\"a\\\"b\\\\c/\\b\\f\\n\\r\\t\\u0001\\u001f\x7F\u00e4\u2028\\u0000\"");
}

TEST(JsonWriter, WritesTextsThatReadBack) {
  std::mt19937_64 random(5);
  JsonTree tree;
  for (int round = 0; round < 2'000; ++round) {
    std::string text;
    for (auto left = random() % 40; left > 0; --left) text += static_cast<char>(random() % 127 + 1);
    std::string json = "{";
    append_json_string(json, text);
    json += ':';
    append_json_string(json, text);
    json += '}';
    const auto root = tree.read(json);
    ASSERT_TRUE(root) << json;
    EXPECT_EQ((*root->begin()).key(), text);
    EXPECT_EQ((*root->begin()).text(), text);
  }
}

}  // namespace
}  // namespace invoicing::codec
