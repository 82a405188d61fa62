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

}  // namespace
}  // namespace invoicing::mail
