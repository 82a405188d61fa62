// Each test shortens the one deadline that it is about and waits for what follows from it.

#include <chrono>
#include <string>
#include <thread>

#include <gtest/gtest.h>

#include "tests/unit/http/raw_client.hpp"
#include "tests/unit/http/test_server.hpp"

namespace invoicing::http::test {
namespace {

using std::chrono::milliseconds;

constexpr const char* kGet = "GET /hello/you HTTP/1.1\r\nHost: x\r\n\r\n";

TEST(Deadlines, AHeadThatNeverEndsIs408) {
  ServerOptions options = test_options();
  options.head_timeout = milliseconds(50);
  TestServer server(options);
  RawClient client(server.port());
  const Answer answer = client.exchange("GET / HTTP/1.1\r\nHos");
  EXPECT_EQ(answer.status, 408U);
  EXPECT_EQ(answer.header("Connection"), "close");
  EXPECT_EQ(server.server().statistics().deadlines_missed, 1U);
  EXPECT_EQ(server.wait_for_requests(1)[0].route, "malformed");
}

// Slowloris: bytes keep coming, the deadline is for the whole head.
TEST(Deadlines, AHeadThatDripsIs408) {
  ServerOptions options = test_options();
  options.head_timeout = milliseconds(300);
  TestServer server(options);
  RawClient client(server.port());
  const auto start = std::chrono::steady_clock::now();
  client.send("GET / HTTP/1.1\r\nA: ");
  while (server.server().statistics().deadlines_missed == 0 &&
         std::chrono::steady_clock::now() - start < kPatience) {
    client.send("a");
    std::this_thread::sleep_for(milliseconds(10));
  }
  EXPECT_EQ(client.read_answer().status, 408U);
  EXPECT_GE(std::chrono::steady_clock::now() - start, options.head_timeout);
}

TEST(Deadlines, AConnectionThatSaysNothingIsClosed) {
  ServerOptions options = test_options();
  options.head_timeout = milliseconds(50);
  TestServer server(options);
  RawClient client(server.port());
  EXPECT_TRUE(client.is_closed());
}

TEST(Deadlines, AnIdleConnectionIsClosedWithoutAWord) {
  ServerOptions options = test_options();
  options.idle_timeout = milliseconds(50);
  TestServer server(options);
  RawClient client(server.port());
  EXPECT_EQ(client.exchange(kGet).status, 200U);
  EXPECT_TRUE(client.is_closed());
}

TEST(Deadlines, ASecondHeadThatNeverEndsIs408) {
  ServerOptions options = test_options();
  options.head_timeout = milliseconds(50);
  TestServer server(options);
  RawClient client(server.port());
  EXPECT_EQ(client.exchange(kGet).status, 200U);
  EXPECT_EQ(client.exchange("GET /").status, 408U);
}

TEST(Deadlines, ABodyWithoutProgressIs408) {
  ServerOptions options = test_options();
  options.body_progress_timeout = milliseconds(50);
  TestServer server(options);
  RawClient client(server.port());
  const Answer answer =
      client.exchange("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nhello");
  EXPECT_EQ(answer.status, 408U);
  EXPECT_EQ(answer.header("Connection"), "close");
}

TEST(Deadlines, ABodyThatDripsIs408OnAnOrdinaryRoute) {
  ServerOptions options = test_options();
  options.body_timeout = milliseconds(200);
  TestServer server(options);
  RawClient client(server.port());
  client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n");
  const auto start = std::chrono::steady_clock::now();
  while (server.server().statistics().deadlines_missed == 0 &&
         std::chrono::steady_clock::now() - start < kPatience) {
    client.send("a");
    std::this_thread::sleep_for(milliseconds(5));
  }
  EXPECT_EQ(client.read_answer().status, 408U);
}

TEST(Deadlines, AStreamedBodyMayTakeLongerAsLongAsItMoves) {
  ServerOptions options = test_options();
  options.body_timeout = milliseconds(100);
  TestServer server(options);
  RawClient client(server.port());
  client.send("POST /stream/echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
  client.send("1\r\na\r\n");
  client.read_head();
  EXPECT_EQ(client.read_chunk(), "a");
  const auto until = std::chrono::steady_clock::now() + 3 * options.body_timeout;
  while (std::chrono::steady_clock::now() < until) {
    client.send("1\r\nb\r\n");
    ASSERT_EQ(client.read_chunk(), "b");
    std::this_thread::sleep_for(milliseconds(10));
  }
  EXPECT_EQ(server.server().statistics().deadlines_missed, 0U);
}

TEST(Deadlines, AClientThatDoesNotReadIsCutOff) {
  ServerOptions options = test_options();
  options.write_progress_timeout = milliseconds(100);
  TestServer server(options);
  RawClient client(server.port(), "127.0.0.1", 4096);
  client.send("GET /stream/endless HTTP/1.1\r\nHost: x\r\n\r\n");
  const auto seen = server.wait_for_requests(1);
  EXPECT_TRUE(seen[0].aborted);
  EXPECT_TRUE(eventually([&] { return server.server().statistics().connections_open == 0; }));
}

TEST(Deadlines, ARunningHandlerHasNone) {
  ServerOptions options = test_options();
  options.head_timeout = options.idle_timeout = milliseconds(20);
  TestServer server(options);
  RawClient client(server.port());
  RawClient idle(server.port());
  client.send("GET /wait HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(idle.exchange(kGet).status, 200U);
  EXPECT_TRUE(idle.is_closed()) << "the same deadline has passed for an idle connection";
  server.gate().open();
  EXPECT_EQ(client.read_answer().body, "waited");
}

TEST(Deadlines, ClosingDoesNotWaitForASenderWithoutEnd) {
  ServerOptions options = test_options();
  options.linger_timeout = milliseconds(50);
  TestServer server(options);
  RawClient client(server.port());
  EXPECT_EQ(client.exchange("BAD\n").status, 400U);
  EXPECT_TRUE(eventually([&] { return server.server().statistics().connections_open == 0; }));
}

// One thread, a hundred connections that drip, one that works.
TEST(Deadlines, SlowClientsCostOthersNothing) {
  TestServer server;
  std::vector<std::unique_ptr<RawClient>> slow;
  for (int i = 0; i < 100; ++i) {
    slow.push_back(std::make_unique<RawClient>(server.port()));
    slow.back()->send(i % 2 == 0 ? "GET / HTTP/1.1\r\nHos"
                                 : "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nhel");
  }
  RawClient client(server.port());
  for (int i = 0; i < 100; ++i) {
    slow[static_cast<std::size_t>(i)]->send("t");
    ASSERT_EQ(client.exchange(kGet).body, "hello you");
  }
}

}  // namespace
}  // namespace invoicing::http::test
