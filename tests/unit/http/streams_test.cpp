#include <ctime>
#include <memory>
#include <string>

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <gtest/gtest.h>

#include "tests/unit/http/raw_client.hpp"
#include "tests/unit/http/test_server.hpp"

namespace invoicing::http::test {
namespace {

constexpr const char* kGet = "GET /hello/you HTTP/1.1\r\nHost: x\r\n\r\n";

std::string get(const std::string& path, const std::string& version = "1.1") {
  return "GET " + path + " HTTP/" + version + "\r\nHost: x\r\n\r\n";
}

const std::string kFivePieces = "aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeee";

TEST(Streams, AreChunkedAndKeepTheConnection) {
  TestServer server;
  RawClient client(server.port());
  const Answer answer = client.exchange(get("/stream"));
  EXPECT_EQ(answer.header("Transfer-Encoding"), "chunked");
  EXPECT_EQ(answer.header("Content-Length"), std::nullopt);
  EXPECT_EQ(answer.body, kFivePieces);
  EXPECT_EQ(client.exchange(kGet).body, "hello you");
  const auto seen = server.wait_for_requests(2);
  EXPECT_EQ(seen[0].sent, kFivePieces.size());
  EXPECT_FALSE(seen[0].aborted);
}

/// Its one piece comes after the server has written the date anew a few times.
class LateSource final : public BodySource {
 public:
  Task<Result<bool>> next(std::string& chunk) override {
    boost::asio::steady_timer timer(co_await boost::asio::this_coro::executor);
    timer.expires_after(20 * test_options().sweep_interval);
    co_await timer.async_wait(boost::asio::use_awaitable_t<Executor>());
    chunk = "late";
    co_return false;
  }
};

TEST(Streams, BeginWithTheDateOfTheMomentTheyBegin) {
  TestServer server(test_options(), [](Router& router) {
    router.add(Route{.method = Method::get,
                     .pattern = "/late",
                     .name = "late",
                     .handler = [](Request&, BodyReader&) -> Task<Response> {
                       Response response{.status = 200, .content_type = "text/plain"};
                       response.body = std::make_unique<LateSource>();
                       co_return response;
                     }});
  });
  RawClient client(server.port());
  const Answer answer = client.exchange(get("/late"));
  EXPECT_EQ(answer.body, "late");
  std::tm time{};
  const std::string date = answer.header("Date").value_or("none");
  const char* const end = ::strptime(date.c_str(), "%a, %d %b %Y %H:%M:%S GMT", &time);
  EXPECT_TRUE(end != nullptr && *end == '\0') << date;
}

TEST(Streams, ComeInOrderAmongPipelinedRequests) {
  TestServer server;
  RawClient client(server.port());
  client.send(kGet + get("/stream") + kGet);
  EXPECT_EQ(client.read_answer().body, "hello you");
  EXPECT_EQ(client.read_answer().body, kFivePieces);
  EXPECT_EQ(client.read_answer().body, "hello you");
}

TEST(Streams, EndByClosingForHttp10) {
  TestServer server;
  RawClient client(server.port());
  const Answer answer = client.exchange(get("/stream", "1.0"));
  EXPECT_EQ(answer.header("Transfer-Encoding"), std::nullopt);
  EXPECT_EQ(answer.body, kFivePieces);
  EXPECT_FALSE(client.was_reset());
}

TEST(Streams, HaveNoBodyForHead) {
  TestServer server;
  RawClient client(server.port());
  client.send("HEAD /stream HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(client.read_answer(true).header("Transfer-Encoding"), "chunked");
  EXPECT_EQ(client.exchange(kGet).body, "hello you");
}

TEST(Streams, ThatBreakAreNeverTakenForWhole) {
  TestServer server;
  for (const char* version : {"1.1", "1.0"}) {
    RawClient client(server.port());
    client.send(get("/stream/broken", version));
    const std::string all = client.read_to_end();
    EXPECT_TRUE(client.was_reset()) << version << ": a clean end would pass for a whole answer";
    EXPECT_EQ(all.find("0\r\n\r\n"), std::string::npos);
  }
  const auto seen = server.wait_for_requests(2);
  EXPECT_TRUE(seen[0].aborted);
}

TEST(Streams, ThatCannotBeginAreErrors) {
  TestServer server;
  RawClient client(server.port());
  const Answer answer = client.exchange(get("/stream/unavailable"));
  EXPECT_EQ(answer.status, 503U);
  EXPECT_EQ(answer.body, "error: the store is away");
  EXPECT_EQ(client.exchange(kGet).body, "hello you");
}

// Each piece comes back before the next one is sent: neither side waits for the whole.
TEST(Streams, AnswerWhileTheRequestIsStillArriving) {
  TestServer server;
  RawClient client(server.port());
  client.send("POST /stream/echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
  client.send("6\r\nline 0\r\n");
  EXPECT_EQ(client.read_head().status, 200U);
  EXPECT_EQ(client.read_chunk(), "line 0");
  for (int i = 1; i < 10; ++i) {
    client.send("6\r\nline " + std::to_string(i) + "\r\n");
    EXPECT_EQ(client.read_chunk(), "line " + std::to_string(i));
  }
  client.send("0\r\n\r\n");
  EXPECT_EQ(client.read_chunk(), "");
  EXPECT_EQ(client.exchange(kGet).body, "hello you");
}

TEST(Streams, TakeBodiesBeyondTheLimitOfOtherRoutes) {
  ServerOptions options = test_options();
  options.body_bytes_max = 1000;
  TestServer server(options);
  RawClient client(server.port());
  const std::string body(3000, 'x');
  const Answer answer = client.exchange(
      "POST /stream/echo HTTP/1.1\r\nHost: x\r\nContent-Length: 3000\r\n\r\n" + body);
  EXPECT_EQ(answer.body, body);
  EXPECT_EQ(client.exchange(kGet).body, "hello you");
}

TEST(Streams, AskForTheBodyOfAClientThatWaitsBeforeTheirHead) {
  TestServer server;
  RawClient client(server.port());
  client.send(
      "POST /stream/echo HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\n"
      "Content-Length: 5\r\n\r\n");
  EXPECT_EQ(client.read_answer().status, 100U);
  client.send("hello");
  EXPECT_EQ(client.read_answer().body, "hello");
}

TEST(Streams, AreCutWhenTheRequestBreaksOff) {
  TestServer server;
  RawClient client(server.port());
  client.send("POST /stream/echo HTTP/1.1\r\nHost: x\r\nContent-Length: 50\r\n\r\nhello");
  EXPECT_EQ(client.read_head().status, 200U);
  EXPECT_EQ(client.read_chunk(), "hello");
  client.finish_sending();
  EXPECT_EQ(client.read_to_end(), "");
  EXPECT_TRUE(client.was_reset());
  EXPECT_TRUE(server.wait_for_requests(1)[0].aborted);
}

TEST(Streams, EndWhenTheClientGoesAway) {
  TestServer server;
  {
    RawClient client(server.port());
    client.send(get("/stream/endless"));
    client.read_head();
  }
  EXPECT_TRUE(server.wait_for_requests(1)[0].aborted);
  EXPECT_TRUE(eventually([&] { return server.server().statistics().connections_open == 0; }));
}

}  // namespace
}  // namespace invoicing::http::test
