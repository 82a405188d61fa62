#include "mail/mail_address.hpp"

#include <gtest/gtest.h>

#include "tests/unit/mail/must.hpp"

namespace invoicing::mail {
namespace {

std::string fault_of(std::string_view text) {
  const auto address = parse_mail_address(text);
  return address ? "" : address.error().detail();
}

TEST(MailAddress, ReadsBareAndNamedForms) {
  EXPECT_EQ(must(parse_mail_address("sales@localhost")), (MailAddress{"", "sales@localhost"}));
  EXPECT_EQ(must(parse_mail_address(" a.b+c@mail-1.example.com ")),
            (MailAddress{"", "a.b+c@mail-1.example.com"}));
  EXPECT_EQ(must(parse_mail_address("Shop <sales@x>")), (MailAddress{"Shop", "sales@x"}));
  EXPECT_EQ(must(parse_mail_address("\"Shop, \\\"the\\\" best\" <sales@x>")),
            (MailAddress{"Shop, \"the\" best", "sales@x"}));
  EXPECT_EQ(must(parse_mail_address("Müller <m@x.de>")), (MailAddress{"Müller", "m@x.de"}));
  EXPECT_EQ(must(parse_mail_address("a@b.example")).domain(), "b.example");
}

TEST(MailAddress, RefusesWhatMailServersDoNotAgreeOnAndSaysWhy) {
  EXPECT_NE(fault_of(""), "");
  EXPECT_NE(fault_of("nobody").find("no @"), std::string::npos);
  EXPECT_NE(fault_of("@x").find("before the @"), std::string::npos);
  EXPECT_NE(fault_of("a@").find("behind the @"), std::string::npos);
  EXPECT_NE(fault_of("a@bücher.example").find("xn--"), std::string::npos);
  EXPECT_NE(fault_of("ä@x").find("ASCII"), std::string::npos);
  EXPECT_NE(fault_of("a@[127.0.0.1]").find("brackets"), std::string::npos);
  EXPECT_NE(fault_of("\"a b\"@x").find("quoted"), std::string::npos);
  for (const char* wrong : {"a..b@x", ".a@x", "a.@x", "a b@x", "a@x..y", "a@-x", "a@x-", "a@x_y",
                            "a@x.", "a@b@c", "a@x>", "<a@x", "Shop <a@x> more", "a,b@x"})
    EXPECT_NE(fault_of(wrong), "") << wrong;
  EXPECT_NE(fault_of(std::string(65, 'a') + "@x"), "");
  EXPECT_EQ(fault_of(std::string(64, 'a') + "@x"), "");
  EXPECT_NE(fault_of("a@" + std::string(64, 'x')), "");
}

TEST(MailAddress, RefusesEveryLineEndAndNul) {
  for (const std::string& text :
       {std::string("a@x\r\nBcc: b@y"), std::string("a@x\nBcc: b@y"), std::string("a@x\r"),
        std::string("Shop\r\n <a@x>"), std::string("a@x\0", 4), std::string("\"S\nh\" <a@x>")})
    EXPECT_NE(fault_of(text).find("control characters"), std::string::npos) << text;
}

TEST(MailAddress, FaultsHoldNoRawControlCharacters) {
  const std::string fault = fault_of("a@x\r\nlog: forged");
  EXPECT_EQ(fault.find('\n'), std::string::npos);
  EXPECT_EQ(fault.find('\r'), std::string::npos);
}

TEST(MailAddressList, SplitsAtCommasOutsideQuotes) {
  const auto list = parse_mail_addresses("a@x, \"B, C\" <b@y> ,D <d@z>");
  ASSERT_TRUE(list);
  EXPECT_EQ(*list, (std::vector<MailAddress>{{"", "a@x"}, {"B, C", "b@y"}, {"D", "d@z"}}));
}

TEST(MailAddressList, RefusesEmptyEntriesAndTwins) {
  EXPECT_FALSE(parse_mail_addresses(""));
  EXPECT_FALSE(parse_mail_addresses("a@x,"));
  EXPECT_FALSE(parse_mail_addresses("a@x,,b@x"));
  EXPECT_FALSE(parse_mail_addresses("a@Example.com, A <a@example.COM>"));
  EXPECT_TRUE(parse_mail_addresses("a@example.com, A@example.com"));  // local parts have case
  std::string many = "a@x";
  for (int i = 0; i < 100; ++i) many += ",b" + std::to_string(i) + "@x";
  EXPECT_FALSE(parse_mail_addresses(many));
}

}  // namespace
}  // namespace invoicing::mail
