#include "codec/text_rules.hpp"

#include <gtest/gtest.h>

namespace invoicing::codec {
namespace {

TEST(TextRules, CountCodePoints) {
  EXPECT_EQ(count_characters(""), 0U);
  EXPECT_EQ(count_characters("abc"), 3U);
  EXPECT_EQ(count_characters("\u00e4\u20AC\U0001F600"), 3U);
}

TEST(TextRules, SeeControlCharacters) {
  for (const char* text : {"a\n", "\x01", "\t", "\x1F",
                           "a\x7F"
                           "b"}) {
    EXPECT_TRUE(has_control_character(text)) << text;
  }
  for (const char* text : {"", " ", "a~", "\u00e4", "\u0085"}) {
    EXPECT_FALSE(has_control_character(text)) << text;
  }
}

TEST(TextRules, SeeBlanksOfEveryWidth) {
  for (const char* text : {"", " ", "   ", "\u00A0", "\u3000 \u2003", "\uFEFF", "\u2028\u2029",
                           "\u1680\u2000\u200A\u202F\u205F", "\t\n\v\f\r"}) {
    EXPECT_TRUE(is_blank(text)) << text;
  }
  for (const char* text : {"a", " a ", "\u200B", "\u00e4", "\u00A0x", "\u2060"}) {
    EXPECT_FALSE(is_blank(text)) << text;
  }
}

TEST(TextRules, KnowVisibleAscii) {
  EXPECT_TRUE(is_visible_ascii("!aZ~"));
  for (const char* text : {"", " ", "a b", "\x7F", "\u00e4", "a\n"}) {
    EXPECT_FALSE(is_visible_ascii(text)) << text;
  }
}

TEST(TextRules, EscapePointersAsRfc6901) {
  EXPECT_EQ(escape_pointer_token("a/b"), "a~1b");
  EXPECT_EQ(escape_pointer_token("m~n"), "m~0n");
  EXPECT_EQ(escape_pointer_token("~1"), "~01");
  EXPECT_EQ(escape_pointer_token(""), "");
}

}  // namespace
}  // namespace invoicing::codec
