#include <string>

#include <gtest/gtest.h>

#include "tests/unit/http/raw_client.hpp"
#include "tests/unit/http/test_server.hpp"

namespace invoicing::http::test {
namespace {

constexpr const char* kGet = "GET /hello/you HTTP/1.1\r\nHost: x\r\n\r\n";

std::string post(const std::string& body, const std::string& fields = "") {
  return "POST / HTTP/1.1\r\nHost: x\r\n" + fields +
         "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

TEST(Exchange, AnswersWithDateTypeAndLength) {
  TestServer server;
  RawClient client(server.port());
  const Answer answer = client.exchange(kGet);
  EXPECT_EQ(answer.head, "HTTP/1.1 200 OK");
  EXPECT_EQ(answer.body, "hello you");
  EXPECT_EQ(answer.header("Content-Type"), "text/plain");
  EXPECT_EQ(answer.header("Content-Length"), "9");
  EXPECT_EQ(answer.header("Connection"), std::nullopt);
  const std::string date = answer.header("Date").value_or("");
  EXPECT_EQ(date.size(), 29U) << date;
  EXPECT_TRUE(date.ends_with(" GMT")) << date;
}

TEST(Exchange, AnswersARequestSplitAtAnyByte) {
  TestServer server;
  const std::string request = post("0123456789", "Accept: */*\r\n");
  for (std::size_t i = 1; i < request.size(); ++i) {
    RawClient client(server.port());
    client.send(request.substr(0, i));
    client.send(request.substr(i));
    const Answer answer = client.read_answer();
    ASSERT_EQ(answer.status, 200U) << "split at " << i;
    ASSERT_EQ(answer.body, "0123456789") << "split at " << i;
  }
}

TEST(Exchange, AnswersARequestSentByteByByte) {
  TestServer server;
  RawClient client(server.port());
  const std::string request =
      "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
      "5\r\nhello\r\n1\r\n!\r\n0\r\nA: b\r\n\r\n";
  for (const char byte : request) client.send(std::string_view(&byte, 1));
  EXPECT_EQ(client.read_answer().body, "hello!");
  EXPECT_EQ(client.exchange(kGet).body, "hello you");
}

TEST(Exchange, KeepsTheConnection) {
  TestServer server;
  RawClient client(server.port());
  for (int i = 0; i < 100; ++i) {
    const std::string body(static_cast<std::size_t>(i * 100), 'x');
    ASSERT_EQ(client.exchange(post(body)).body, body);
    ASSERT_EQ(client.exchange(kGet).body, "hello you");
  }
  EXPECT_EQ(server.server().statistics().connections_accepted, 1U);
  EXPECT_EQ(server.server().statistics().requests_finished, 200U);
}

TEST(Exchange, ClosesWhenAskedTo) {
  TestServer server;
  RawClient client(server.port());
  const Answer answer =
      client.exchange("GET /hello/you HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  EXPECT_EQ(answer.header("Connection"), "close");
  EXPECT_EQ(answer.body, "hello you");
  EXPECT_TRUE(client.is_closed());
}

TEST(Exchange, SpeaksHttp10) {
  TestServer server;
  RawClient client(server.port());
  const Answer kept = client.exchange("GET /hello/you HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  EXPECT_EQ(kept.header("Connection"), "keep-alive");
  const Answer closed = client.exchange("GET /hello/you HTTP/1.0\r\n\r\n");
  EXPECT_EQ(closed.body, "hello you");
  EXPECT_TRUE(client.is_closed());
}

TEST(Exchange, AnswersWhatCameBeforeTheClientStoppedSending) {
  TestServer server;
  RawClient client(server.port());
  client.send(std::string(kGet) + kGet);
  client.finish_sending();
  EXPECT_EQ(client.read_answer().body, "hello you");
  EXPECT_EQ(client.read_answer().body, "hello you");
  EXPECT_TRUE(client.is_closed());
}

TEST(Exchange, AnswersPipelinedRequestsInOrderWithOneSend) {
  TestServer server;
  RawClient client(server.port());
  std::string requests;
  for (int i = 0; i < 16; ++i) {
    requests += "GET /hello/" + std::to_string(i) + " HTTP/1.1\r\nHost: x\r\n\r\n";
  }
  client.send(requests);
  client.receive();
  const std::size_t in_first_receive = client.buffered().size();
  for (int i = 0; i < 16; ++i) EXPECT_EQ(client.read_answer().body, "hello " + std::to_string(i));
  EXPECT_EQ(client.receives(), 1U) << in_first_receive;
}

TEST(Exchange, AnswersPipelinedPostsInOrder) {
  TestServer server;
  RawClient client(server.port());
  std::string requests;
  for (std::size_t i = 0; i < 50; ++i) requests += post(std::string(i * 40, 'x')) + kGet;
  client.send(requests);
  for (std::size_t i = 0; i < 50; ++i) {
    ASSERT_EQ(client.read_answer().body, std::string(i * 40, 'x'));
    ASSERT_EQ(client.read_answer().body, "hello you");
  }
}

TEST(Exchange, SendsEarlierAnswersBeforeItWaitsForABody) {
  TestServer server;
  RawClient client(server.port());
  client.send(std::string(kGet) + "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhe");
  EXPECT_EQ(client.read_answer().body, "hello you");
  client.send("llo");
  EXPECT_EQ(client.read_answer().body, "hello");
}

TEST(Exchange, AnswersHeadWithoutBody) {
  TestServer server;
  RawClient client(server.port());
  client.send("HEAD /hello/you HTTP/1.1\r\nHost: x\r\n\r\n");
  const Answer head = client.read_answer(true);
  EXPECT_EQ(head.status, 200U);
  EXPECT_EQ(head.header("Content-Length"), "9");
  client.send("HEAD /unknown HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(client.read_answer(true).status, 404U);
  EXPECT_EQ(client.exchange(kGet).body, "hello you") << "a body followed the head";
  const auto seen = server.wait_for_requests(3);
  EXPECT_EQ(seen[0].sent, 0U);
  EXPECT_EQ(seen[0].method, Method::head);
}

TEST(Exchange, SendsNoBodyWith304) {
  TestServer server;
  RawClient client(server.port());
  const Answer answer = client.exchange("GET /nothing HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(answer.status, 304U);
  EXPECT_EQ(answer.header("ETag"), "\"1\"");
  EXPECT_EQ(answer.header("Content-Length"), std::nullopt);
  EXPECT_EQ(client.exchange(kGet).body, "hello you");
}

TEST(Exchange, TellsWhatIsAllowed) {
  TestServer server;
  RawClient client(server.port());
  const Answer options = client.exchange("OPTIONS /hello/x HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(options.status, 204U);
  EXPECT_EQ(options.header("Allow"), "GET, HEAD, OPTIONS");
  const Answer all = client.exchange("OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(all.status, 204U);
  EXPECT_EQ(all.header("Allow"), "GET, HEAD, POST, OPTIONS");
  const Answer wrong = client.exchange("DELETE /hello/x HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(wrong.status, 405U);
  EXPECT_EQ(wrong.header("Allow"), "GET, HEAD, OPTIONS");
  EXPECT_EQ(client.exchange("BREW /hello/x HTTP/1.1\r\nHost: x\r\n\r\n").status, 501U);
  EXPECT_EQ(client.exchange("get /hello/x HTTP/1.1\r\nHost: x\r\n\r\n").status, 501U);
  EXPECT_EQ(client.exchange("CONNECT x:1 HTTP/1.1\r\nHost: x\r\n\r\n").status, 501U);
  EXPECT_EQ(client.exchange("GET /unknown HTTP/1.1\r\nHost: x\r\n\r\n").status, 404U);
  EXPECT_EQ(client.exchange(kGet).body, "hello you");
}

TEST(Exchange, AsksForTheBodyOfAClientThatWaits) {
  TestServer server;
  RawClient client(server.port());
  client.send("POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n");
  EXPECT_EQ(client.read_answer().status, 100U);
  client.send("hello");
  EXPECT_EQ(client.read_answer().body, "hello");
  EXPECT_EQ(client.exchange(kGet).body, "hello you");
}

TEST(Exchange, DoesNotAskForABodyThatNobodyWants) {
  TestServer server;
  RawClient client(server.port());
  client.send(
      "POST /ignore HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n");
  const Answer answer = client.read_answer();
  EXPECT_EQ(answer.status, 202U);
  EXPECT_EQ(answer.header("Connection"), "close") << "nobody knows whether the body follows";
}

TEST(Exchange, RefusesOtherExpectationsAndEncodings) {
  TestServer server;
  RawClient client(server.port());
  EXPECT_EQ(client.exchange(post("hello", "Expect: miracles\r\n")).status, 417U);
  EXPECT_EQ(client.exchange(post("hello", "Content-Encoding: gzip\r\n")).status, 415U);
  EXPECT_EQ(client.exchange(post("hello")).body, "hello") << "the bodies were not skipped";
}

TEST(Exchange, SkipsABodyThatTheHandlerDidNotRead) {
  TestServer server;
  RawClient client(server.port());
  const std::string request = "POST /ignore HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello";
  EXPECT_EQ(client.exchange(request).status, 202U);
  EXPECT_EQ(client.exchange(kGet).body, "hello you");
}

TEST(Exchange, TurnsAnExceptionInto500AndLivesOn) {
  TestServer server;
  RawClient client(server.port());
  const Answer answer = client.exchange("GET /throw HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(answer.status, 500U);
  EXPECT_EQ(answer.body.find("secret"), std::string::npos);
  EXPECT_EQ(client.exchange(kGet).body, "hello you");
  const auto seen = server.wait_for_requests(1);
  EXPECT_EQ(seen[0].failure, "secret of the house");
}

TEST(Exchange, NeverSendsAHeaderWithALineEnd) {
  TestServer server;
  RawClient client(server.port());
  const Answer answer = client.exchange("GET /inject HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(answer.status, 500U);
  EXPECT_EQ(answer.header("Set-Cookie"), std::nullopt);
}

TEST(Exchange, IsObservedOnce) {
  TestServer server;
  RawClient client(server.port());
  client.exchange(post("hello"));
  client.exchange("GET /unknown HTTP/1.1\r\nHost: x\r\n\r\n");
  client.exchange("BAD\n");
  const auto seen = server.wait_for_requests(3);
  ASSERT_EQ(seen.size(), 3U);
  EXPECT_EQ(seen[0].route, "echo");
  EXPECT_EQ(seen[0].status, 200U);
  EXPECT_EQ(seen[0].received, 5U);
  EXPECT_EQ(seen[0].sent, 5U);
  EXPECT_EQ(seen[1].route, "unmatched");
  EXPECT_EQ(seen[1].status, 404U);
  EXPECT_EQ(seen[2].route, "malformed");
  EXPECT_EQ(seen[2].status, 400U);
  EXPECT_EQ(seen[2].received, 0U);
}

TEST(Exchange, KnowsThePeerInBothFamilies) {
  TestServer server;
  RawClient client(server.port());
  EXPECT_EQ(client.exchange("GET /peer HTTP/1.1\r\nHost: x\r\n\r\n").body, "127.0.0.1");
  ServerOptions options = test_options();
  options.address = "::";
  TestServer both(options);
  RawClient v6(both.port(), "::1");
  EXPECT_EQ(v6.exchange("GET /peer HTTP/1.1\r\nHost: x\r\n\r\n").body, "::1");
  RawClient v4(both.port());
  EXPECT_EQ(v4.exchange("GET /peer HTTP/1.1\r\nHost: x\r\n\r\n").body, "127.0.0.1");
}

}  // namespace
}  // namespace invoicing::http::test
