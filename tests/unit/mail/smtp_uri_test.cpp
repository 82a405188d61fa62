#include "mail/smtp_uri.hpp"

#include <gtest/gtest.h>

namespace invoicing::mail {
namespace {

SmtpServer read(std::string_view uri, std::string_view password = {}) {
  const auto server = parse_smtp_uri(uri, password);
  EXPECT_TRUE(server) << uri << ": " << (server ? "" : server.error().detail());
  return server ? *server : SmtpServer{};
}

std::string fault_of(std::string_view uri, std::string_view password = {}) {
  const auto server = parse_smtp_uri(uri, password);
  return server ? "" : server.error().detail();
}

TEST(SmtpUri, RequiresStarttlsUnlessTheServerIsThisMachine) {
  EXPECT_EQ(read("smtp://mail.example").tls, TlsPolicy::required);
  EXPECT_EQ(read("smtp://localhost").tls, TlsPolicy::off);
  EXPECT_EQ(read("smtp://127.0.0.1:2525").tls, TlsPolicy::off);
  EXPECT_EQ(read("smtp://127.1.2.3").tls, TlsPolicy::off);
  EXPECT_EQ(read("smtp://[::1]:25").tls, TlsPolicy::off);
  EXPECT_EQ(read("smtp://127.0.0.1.evil.example").tls, TlsPolicy::required);
  EXPECT_EQ(read("smtp://localhost.example").tls, TlsPolicy::required);
  EXPECT_EQ(read("smtp://localhost?tls=required").tls, TlsPolicy::required);
  EXPECT_EQ(read("smtp://mail.example?tls=opportunistic").tls, TlsPolicy::opportunistic);
  EXPECT_EQ(read("smtp://mail.example/?tls=off").tls, TlsPolicy::off);
  EXPECT_EQ(read("smtps://mail.example").tls, TlsPolicy::implicit);
}

TEST(SmtpUri, KnowsThePorts) {
  EXPECT_EQ(read("smtp://mail.example").port, 25);
  EXPECT_EQ(read("smtp://u:p@mail.example").port, 587);
  EXPECT_EQ(read("smtps://mail.example").port, 465);
  EXPECT_EQ(read("smtps://mail.example:1465").port, 1465);
  EXPECT_EQ(read("smtp://u:p@mail.example:2525").shown_uri(), "smtp://mail.example:2525");
}

TEST(SmtpUri, DecodesUserAndPassword) {
  const SmtpServer server = read("smtps://user%40shop.example:p%40ss%2F%3A%23%25@mail.example");
  EXPECT_EQ(server.user, "user@shop.example");
  EXPECT_EQ(server.password, "p@ss/:#%");
  EXPECT_EQ(server.host, "mail.example");
}

TEST(SmtpUri, TakesThePasswordFromItsOwnSecretAsItIs) {
  const SmtpServer server = read("smtps://user@mail.example", "p%40ss word");
  EXPECT_EQ(server.user, "user");
  EXPECT_EQ(server.password, "p%40ss word");
}

TEST(SmtpUri, RefusesAPasswordThatWouldTravelInTheClear) {
  EXPECT_NE(fault_of("smtp://u:hunter2@mail.example?tls=off").find("only sent over TLS"),
            std::string::npos);
  EXPECT_NE(fault_of("smtp://u:hunter2@mail.example?tls=opportunistic").find("only sent over TLS"),
            std::string::npos);
  EXPECT_EQ(fault_of("smtp://u:hunter2@localhost"), "");
}

TEST(SmtpUri, SaysWhatIsWrong) {
  EXPECT_NE(fault_of("http://mail.example").find("smtp://"), std::string::npos);
  EXPECT_NE(fault_of("mail.example:25").find("smtp://"), std::string::npos);
  EXPECT_NE(fault_of("smtp://mail.example?tls=maybe").find("required, opportunistic, off"),
            std::string::npos);
  EXPECT_NE(fault_of("smtp://mail.example?ssl=1").find("only parameter"), std::string::npos);
  EXPECT_NE(fault_of("smtps://mail.example?tls=off").find("always encrypted"), std::string::npos);
  EXPECT_NE(fault_of("smtp://mail.example/path").find("nothing may follow"), std::string::npos);
  EXPECT_NE(fault_of("smtp://u:a@mail.example", "b").find("keep one"), std::string::npos);
  EXPECT_NE(fault_of("smtp://mail.example", "b").find("no user"), std::string::npos);
  EXPECT_NE(fault_of("smtps://u@mail.example").find("no password"), std::string::npos);
  for (const char* wrong :
       {"smtp://", "smtp://mail.example:0", "smtp://mail.example:99999", "smtp://mail.example:x",
        "smtp://u:%zz@mail.example", "smtp://u:p%0d%0a@localhost", "smtp://u:p%00@localhost",
        "smtp:// mail.example", "smtp://mail.example\r\nX: y"})
    EXPECT_NE(fault_of(wrong), "") << wrong;
}

TEST(SmtpUri, FaultsNeverHoldTheSecret) {
  for (const char* wrong :
       {"smtp://someone:hunter2@mail.example?tls=maybe",
        "smtp://someone:hunter2@mail.example:99999", "smtp://someone:hunter2#x@mail.example",
        "smtp://someone:hunter2@mail.example/x", "smtp://someone:hunter2@",
        "smtp://someone:hunter2%zz@mail.example", "smtp://someone:hunter2@mail.example?tls=off",
        "ftp://someone:hunter2@mail.example", "smtp://:hunter2@mail.example"}) {
    const std::string fault = fault_of(wrong, "");
    EXPECT_NE(fault, "") << wrong;
    EXPECT_EQ(fault.find("hunter2"), std::string::npos) << fault;
    EXPECT_EQ(fault.find("someone"), std::string::npos) << fault;
  }
}

}  // namespace
}  // namespace invoicing::mail
