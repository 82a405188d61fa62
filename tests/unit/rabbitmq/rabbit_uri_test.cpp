#include <gtest/gtest.h>

#include "rabbitmq/options.hpp"

namespace invoicing::rabbitmq {
namespace {

RabbitServer read(std::string_view uri) {
  const auto server = parse_rabbit_uri(uri);
  EXPECT_TRUE(server) << uri << ": " << (server ? "" : server.error().detail());
  return server ? *server : RabbitServer{};
}

std::string fault_of(std::string_view uri) {
  const auto server = parse_rabbit_uri(uri);
  return server ? "" : server.error().detail();
}

TEST(RabbitUri, HasTheBrokersDefaults) {
  const auto server = read("amqp://mq.example");
  EXPECT_FALSE(server.tls);
  EXPECT_EQ(server.host, "mq.example");
  EXPECT_EQ(server.port, 5672);
  EXPECT_EQ(server.user, "guest");
  EXPECT_EQ(server.virtual_host, "/");
  EXPECT_EQ(server.heartbeat, std::chrono::seconds{10});
  EXPECT_EQ(read("amqps://mq.example").port, 5671);
  EXPECT_TRUE(read("amqps://mq.example").tls);
}

TEST(RabbitUri, ReadsEveryPart) {
  const auto server =
      read("amqps://u%40x:p%2Fw%25@[::1]:5000/a%2Fb?heartbeat=20&cacertfile=%2Fca.pem");
  EXPECT_EQ(server.user, "u@x");
  EXPECT_EQ(server.password, "p/w%");
  EXPECT_EQ(server.host, "::1");
  EXPECT_EQ(server.port, 5000);
  EXPECT_EQ(server.virtual_host, "a/b");
  EXPECT_EQ(server.heartbeat, std::chrono::seconds{20});
  EXPECT_EQ(server.ca_file, "/ca.pem");
  EXPECT_EQ(server.shown_uri(), "amqps://[::1]:5000/a/b");
}

TEST(RabbitUri, TakesAnEmptyVirtualHostForTheDefaultOne) {
  EXPECT_EQ(read("amqp://u:p@mq.example/").virtual_host, "/");
  EXPECT_EQ(read("amqp://u:p@mq.example/%2F").virtual_host, "/");
  EXPECT_EQ(read("amqp://u:p@mq.example:5672/sales").virtual_host, "sales");
}

TEST(RabbitUri, NamesTheFault) {
  EXPECT_NE(fault_of("http://mq").find("amqp://"), std::string::npos);
  EXPECT_NE(fault_of("mq:5672").find("amqp://"), std::string::npos);
  EXPECT_NE(fault_of("amqp://").find("host"), std::string::npos);
  EXPECT_NE(fault_of("amqp://u:p@").find("host"), std::string::npos);
  EXPECT_NE(fault_of("amqp://mq:0").find("port"), std::string::npos);
  EXPECT_NE(fault_of("amqp://mq:65536").find("port"), std::string::npos);
  EXPECT_NE(fault_of("amqp://mq:x").find("port"), std::string::npos);
  EXPECT_NE(fault_of("amqp://mq:").find("port"), std::string::npos);
  EXPECT_NE(fault_of("amqp://[::1]:").find("port"), std::string::npos);
  EXPECT_NE(fault_of("amqp://[::1").find("]"), std::string::npos);
  EXPECT_NE(fault_of("amqp://[::1]x").find("]"), std::string::npos);
  EXPECT_NE(fault_of("amqp://u:p@mq/a/b").find("%2F"), std::string::npos);
  EXPECT_NE(fault_of("amqp://mq?heartbeat=0").find("heartbeat"), std::string::npos);
  EXPECT_NE(fault_of("amqp://mq?heartbeat=301").find("heartbeat"), std::string::npos);
  EXPECT_NE(fault_of("amqp://mq?cacertfile=/x").find("amqps"), std::string::npos);
  EXPECT_NE(fault_of("amqps://mq?verify=none").find("only parameters"), std::string::npos);
  EXPECT_NE(fault_of("amqp://mq,other").find("host"), std::string::npos);
}

TEST(RabbitUri, TellsNoSecretInAFault) {
  for (const std::string uri :
       {"amqp://bob:hush#x@mq", "amqp://bob:hu%zz@mq", "amqp://bob:hush@x@mq", "amqp://bob:@mq",
        "amqp://:hush@mq", "amqp://bob:hush@mq:x", "amqp://bob:hush@mq?hush=1", "bob:hush@mq",
        "amqp://bob:hu%0Ash@mq"}) {
    const std::string fault = fault_of(uri);
    EXPECT_FALSE(fault.empty()) << uri;
    EXPECT_EQ(fault.find("hush"), std::string::npos) << fault;
    EXPECT_EQ(fault.find("bob"), std::string::npos) << fault;
  }
  EXPECT_EQ(read("amqp://bob:hush@mq").shown_uri(), "amqp://mq:5672");
}

}  // namespace
}  // namespace invoicing::rabbitmq
