#include <chrono>
#include <future>
#include <stdexcept>
#include <string>

#include <gtest/gtest.h>

#include "tests/unit/http/raw_client.hpp"
#include "tests/unit/http/test_server.hpp"

namespace invoicing::http::test {
namespace {

using std::chrono::milliseconds;

constexpr const char* kGet = "GET /hello/you HTTP/1.1\r\nHost: x\r\n\r\n";
constexpr const char* kWait = "GET /wait HTTP/1.1\r\nHost: x\r\n\r\n";

TEST(Drain, EndsAtOnceWithoutConnections) {
  TestServer server;
  EXPECT_TRUE(server.server().drain(kPatience));
  EXPECT_THROW(RawClient{server.port()}, std::runtime_error) << "still accepts";
}

TEST(Drain, ClosesIdleConnections) {
  ServerOptions options = test_options();
  options.threads = 2;
  TestServer server(options);
  RawClient used(server.port());
  RawClient silent(server.port());
  EXPECT_EQ(used.exchange(kGet).status, 200U);
  EXPECT_TRUE(server.server().drain(kPatience));
  EXPECT_TRUE(used.is_closed());
  EXPECT_TRUE(silent.is_closed());
}

TEST(Drain, LetsARunningRequestFinish) {
  TestServer server;
  RawClient client(server.port());
  client.send(kWait);
  ASSERT_TRUE(eventually([&] { return server.gate().is_reached(); }));
  auto drained = std::async(std::launch::async, [&] { return server.server().drain(kPatience); });
  ASSERT_TRUE(eventually([&] {
    try {
      RawClient late(server.port());
      return false;
    } catch (const std::runtime_error&) {
      return true;
    }
  })) << "still accepts while it drains";
  EXPECT_EQ(drained.wait_for(milliseconds(0)), std::future_status::timeout);
  server.gate().open();
  const Answer answer = client.read_answer();
  EXPECT_EQ(answer.body, "waited");
  EXPECT_EQ(answer.header("Connection"), "close");
  EXPECT_TRUE(client.is_closed());
  EXPECT_TRUE(drained.get());
}

TEST(Drain, LetsAHalfSentRequestFinish) {
  TestServer server;
  RawClient client(server.port());
  EXPECT_EQ(client.exchange(kGet).status, 200U);
  client.send("GET /hello/last HTTP/1.1\r\n");
  RawClient idle(server.port());
  EXPECT_EQ(idle.exchange(kGet).status, 200U);  // so the half request has been read as well
  auto drained = std::async(std::launch::async, [&] { return server.server().drain(kPatience); });
  EXPECT_TRUE(idle.is_closed());
  client.send("Host: x\r\n\r\n");
  const Answer answer = client.read_answer();
  EXPECT_EQ(answer.body, "hello last");
  EXPECT_EQ(answer.header("Connection"), "close");
  EXPECT_TRUE(drained.get());
}

TEST(Drain, AbortsWhatIsLeftAtTheDeadline) {
  TestServer server;
  RawClient stuck(server.port());
  RawClient streaming(server.port(), "127.0.0.1", 4096);
  stuck.send(kWait);
  streaming.send("GET /stream/endless HTTP/1.1\r\nHost: x\r\n\r\n");
  ASSERT_TRUE(eventually([&] { return server.gate().is_reached(); }));
  ASSERT_TRUE(eventually([&] { return server.server().statistics().requests_running == 2; }));
  EXPECT_FALSE(server.server().drain(milliseconds(50)));
  EXPECT_TRUE(stuck.is_closed());
  streaming.read_to_end();
  EXPECT_TRUE(streaming.was_reset());
  server.gate().open();
  EXPECT_TRUE(eventually([&] { return server.server().statistics().connections_open == 0; }));
}

TEST(Drain, CanBeLeftOut) {
  RawClient* never_answered = nullptr;
  std::unique_ptr<RawClient> client;
  {
    TestServer server;
    client = std::make_unique<RawClient>(server.port());
    client->send(kWait);
    ASSERT_TRUE(eventually([&] { return server.gate().is_reached(); }));
    never_answered = client.get();
  }
  EXPECT_TRUE(never_answered->is_closed());
}

TEST(Drain, IsPossibleBeforeAnyRequestManyTimes) {
  for (int i = 0; i < 20; ++i) {
    ServerOptions options = test_options();
    options.threads = 2;
    TestServer server(options);
    RawClient client(server.port());
    client.send(kGet);
    EXPECT_EQ(client.read_answer().body, "hello you");
    EXPECT_TRUE(server.server().drain(kPatience));
  }
}

// A request that had arrived when the drain began is served, even if nobody had accepted it yet.
TEST(Drain, ServesWhatWaitsInTheQueue) {
  for (int i = 0; i < 20; ++i) {
    TestServer server;
    RawClient client(server.port());
    client.send(kGet);
    EXPECT_TRUE(server.server().drain(kPatience));
    EXPECT_EQ(client.read_answer().body, "hello you") << "round " << i;
  }
}

}  // namespace
}  // namespace invoicing::http::test
