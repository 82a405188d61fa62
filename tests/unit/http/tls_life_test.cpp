// Connections over TLS in time: deadlines, ends, drain, a new certificate.

#include <chrono>
#include <future>
#include <string>

#include <gtest/gtest.h>

#include "tests/unit/http/tls_client.hpp"
#include "tests/unit/http/tls_server.hpp"

namespace invoicing::http::test {
namespace {

using std::chrono::milliseconds;

constexpr const char* kGet = "GET /hello/you HTTP/1.1\r\nHost: x\r\n\r\n";
// The beginning of a handshake's record: 200 bytes are to come.
constexpr std::string_view kBeginning("\x16\x03\x01\x00\xc8\x01", 6);
// The same of a record of data: 16 KB are to come.
constexpr std::string_view kHalfRecord("\x17\x03\x03\x40\x00\x01", 6);

TEST(TlsLife, AHandshakeThatNeverBeginsOrEndsIsCutOff) {
  ServerOptions options = tls_options();
  options.head_timeout = milliseconds(50);
  TestServer server(options);
  RawClient silent(server.port());
  RawClient slow(server.port());
  slow.send(kBeginning);
  EXPECT_TRUE(silent.is_closed());
  EXPECT_TRUE(slow.is_closed());
  EXPECT_EQ(server.server().statistics().deadlines_missed, 2U);
  EXPECT_TRUE(eventually([&] { return server.server().statistics().connections_open == 0; }));
  EXPECT_EQ(server.server().statistics().handshakes_failed, 1U);
}

TEST(TlsLife, AHandshakeThatDripsIsCutOff) {
  ServerOptions options = tls_options();
  options.head_timeout = milliseconds(300);
  TestServer server(options);
  RawClient client(server.port());
  const auto start = std::chrono::steady_clock::now();
  client.send(kBeginning);
  while (server.server().statistics().deadlines_missed == 0 &&
         std::chrono::steady_clock::now() - start < kPatience) {
    client.send(std::string(1, '\0'));
    std::this_thread::sleep_for(milliseconds(10));
  }
  client.read_to_end();
  EXPECT_GE(std::chrono::steady_clock::now() - start, options.head_timeout);
}

TEST(TlsLife, DeadlinesOfRequestsHold) {
  ServerOptions options = tls_options();
  options.head_timeout = options.body_progress_timeout = milliseconds(300);
  options.idle_timeout = milliseconds(100);
  TestServer server(options);
  TlsClient head(server.port());
  EXPECT_EQ(head.exchange("GET / HTTP/1.1\r\nHos").status, 408U);
  TlsClient body(server.port());
  EXPECT_EQ(body.exchange("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nhello").status,
            408U);
  TlsClient idle(server.port());
  EXPECT_EQ(idle.exchange(kGet).status, 200U);
  EXPECT_TRUE(idle.is_closed());
  EXPECT_TRUE(idle.was_ended_in_order());
}

TEST(TlsLife, ARecordThatDripsIsCutOff) {
  ServerOptions options = tls_options();
  options.head_timeout = milliseconds(200);
  TestServer server(options);
  TlsClient client(server.port());
  client.send_raw(kHalfRecord);
  const auto start = std::chrono::steady_clock::now();
  while (server.server().statistics().deadlines_missed == 0 &&
         std::chrono::steady_clock::now() - start < kPatience) {
    client.send_raw("x");
    std::this_thread::sleep_for(milliseconds(1));
  }
  EXPECT_TRUE(eventually([&] { return server.server().statistics().connections_open == 0; }));
}

TEST(TlsLife, AFloodOfMessagesWithoutDataEndsNothing) {
  TestServer server(tls_options());
  TlsClient other(server.port());
  TlsClient client(server.port(), {.version_min = TLS1_3_VERSION});
  for (int i = 0; i < 10'000; ++i) client.change_key();
  EXPECT_EQ(other.exchange(kGet).body, "hello you");
  EXPECT_EQ(client.exchange(kGet).body, "hello you");
}

TEST(TlsLife, ABrokenRecordEndsItsConnectionOnly) {
  TestServer server(tls_options());
  TlsClient other(server.port());
  TlsClient client(server.port());
  EXPECT_EQ(client.exchange(kGet).status, 200U);
  client.send_raw(std::string("\x17\x03\x03\x00\x20", 5) + std::string(32, 'x'));
  client.read_to_end();
  EXPECT_EQ(client.failure(), "sslv3 alert bad record mac");
  EXPECT_EQ(other.exchange(kGet).status, 200U);
}

TEST(TlsLife, AClientThatDoesNotReadIsCutOff) {
  ServerOptions options = tls_options();
  options.write_progress_timeout = milliseconds(100);
  TestServer server(options);
  TlsClient client(server.port(), {.receive_buffer_bytes = 4096});
  client.send("GET /stream/endless HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_TRUE(server.wait_for_requests(1)[0].aborted);
  EXPECT_TRUE(eventually([&] { return server.server().statistics().connections_open == 0; }));
}

// A signal for the broken pipe would end this process.
TEST(TlsLife, AClientThatGoesAwayEndsItsOwnConnectionOnly) {
  TestServer server(tls_options());
  for (int i = 0; i < 10; ++i) {
    TlsClient client(server.port());
    client.send("GET /stream/endless HTTP/1.1\r\nHost: x\r\n\r\n");
    client.read_head();
  }
  server.wait_for_requests(10);
  EXPECT_EQ(TlsClient(server.port()).exchange(kGet).body, "hello you");
}

TEST(TlsLife, ABodyThatIsCutIsNoBody) {
  constexpr const char* kHalf = "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nhello";
  TestServer server(tls_options());
  TlsClient ended(server.port());
  ended.send(kHalf);
  ended.say_end();
  EXPECT_EQ(ended.read_answer().status, 400U);
  TlsClient cut(server.port());
  cut.send(kHalf);
  cut.finish_sending();
  cut.read_to_end();
  for (const Seen& seen : server.wait_for_requests(2)) EXPECT_EQ(seen.status, 400U);
}

TEST(TlsLife, AnswersWhoHasSaidThatItSendsNoMore) {
  TestServer server(tls_options());
  TlsClient client(server.port());
  client.send(kGet);
  client.say_end();
  EXPECT_EQ(client.read_answer().body, "hello you");
  EXPECT_TRUE(client.is_closed());
  EXPECT_TRUE(client.was_ended_in_order());
}

TEST(TlsLife, AStreamThatBreaksDoesNotEndInOrder) {
  TestServer server(tls_options());
  TlsClient client(server.port());
  client.send("GET /stream/broken HTTP/1.1\r\nHost: x\r\n\r\n");
  client.read_to_end();
  EXPECT_FALSE(client.was_ended_in_order());
}

TEST(TlsLife, ANewCertificateIsForNewConnections) {
  const auto source = std::make_shared<TlsSource>(tls_context(authority().issue("old")));
  ServerOptions options = test_options();
  options.tls = source;
  TestServer server(options);
  TlsClient before(server.port());
  EXPECT_EQ(before.common_name(), "old");
  source->use(tls_context(authority().issue("new")));
  EXPECT_EQ(TlsClient(server.port()).common_name(), "new");
  EXPECT_EQ(before.exchange(kGet).body, "hello you");
}

TEST(TlsLife, DrainClosesWhatIsIdleAndLetsTheRestFinish) {
  ServerOptions options = tls_options();
  options.threads = 2;
  TestServer server(options);
  TlsClient used(server.port());
  EXPECT_EQ(used.exchange(kGet).status, 200U);
  TlsClient unused(server.port());
  RawClient silent(server.port());
  TlsClient running(server.port());
  running.send("GET /wait HTTP/1.1\r\nHost: x\r\n\r\n");
  ASSERT_TRUE(eventually([&] { return server.gate().is_reached(); }));
  auto drained = std::async(std::launch::async, [&] { return server.server().drain(kPatience); });
  EXPECT_TRUE(used.is_closed());
  EXPECT_TRUE(used.was_ended_in_order());
  EXPECT_TRUE(unused.is_closed());
  EXPECT_TRUE(silent.is_closed());
  EXPECT_EQ(drained.wait_for(milliseconds(0)), std::future_status::timeout);
  server.gate().open();
  const Answer answer = running.read_answer();
  EXPECT_EQ(answer.body, "waited");
  EXPECT_EQ(answer.header("Connection"), "close");
  EXPECT_TRUE(running.is_closed());
  EXPECT_TRUE(running.was_ended_in_order());
  EXPECT_TRUE(drained.get());
}

TEST(TlsLife, DrainWaitsForTheRestOfARecord) {
  TestServer server(tls_options());
  TlsClient client(server.port());
  EXPECT_EQ(client.exchange(kGet).status, 200U);
  client.send_raw(kHalfRecord);
  EXPECT_FALSE(server.server().drain(milliseconds(50)));
  EXPECT_TRUE(client.is_closed());
}

TEST(TlsLife, DrainAbortsWhatIsLeftAtTheDeadline) {
  TestServer server(tls_options());
  TlsClient streaming(server.port(), {.receive_buffer_bytes = 4096});
  streaming.send("GET /stream/endless HTTP/1.1\r\nHost: x\r\n\r\n");
  RawClient shaking(server.port());
  shaking.send(kBeginning);
  TlsClient stuck(server.port());
  stuck.send("GET /wait HTTP/1.1\r\nHost: x\r\n\r\n");
  ASSERT_TRUE(eventually([&] { return server.server().statistics().requests_running == 2; }));
  EXPECT_FALSE(server.server().drain(milliseconds(50)));
  streaming.read_to_end();
  EXPECT_TRUE(streaming.was_reset());
  EXPECT_TRUE(shaking.is_closed());
  server.gate().open();
  EXPECT_TRUE(eventually([&] { return server.server().statistics().connections_open == 0; }));
}

}  // namespace
}  // namespace invoicing::http::test
