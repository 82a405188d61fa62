// Handshakes and exchanges over TLS: what is let in, and that HTTP is the same inside.

#include <string>

#include <gtest/gtest.h>

#include "tests/unit/http/tls_client.hpp"
#include "tests/unit/http/tls_server.hpp"

namespace invoicing::http::test {
namespace {

constexpr const char* kGet = "GET /hello/you HTTP/1.1\r\nHost: x\r\n\r\n";

std::string refusal(std::uint16_t port, const TlsClientOptions& options) {
  try {
    TlsClient client(port, options);
    return "let in by " + client.version();
  } catch (const std::runtime_error& error) {
    return error.what();
  }
}

TEST(Tls, ServesSeveralRequestsByBothVersions) {
  TestServer server(tls_options());
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    TlsClient client(server.port(), {.version_min = version, .version_max = version});
    EXPECT_EQ(client.version(), version == TLS1_2_VERSION ? "TLSv1.2" : "TLSv1.3");
    EXPECT_EQ(client.common_name(), "server");
    for (int i = 0; i < 3; ++i) EXPECT_EQ(client.exchange(kGet).body, "hello you");
  }
  EXPECT_EQ(server.server().statistics().connections_accepted, 2U);
  EXPECT_EQ(server.server().statistics().handshakes_failed, 0U);
}

TEST(Tls, TellsHandlersHowARequestCame) {
  constexpr const char* kAsk = "GET /secure HTTP/1.1\r\nHost: x\r\n\r\n";
  TestServer server(tls_options());
  TestServer plain;
  EXPECT_EQ(TlsClient(server.port()).exchange(kAsk).body, "secure");
  EXPECT_EQ(RawClient(plain.port()).exchange(kAsk).body, "plain");
}

TEST(Tls, AnswersPipelinedRequestsInOrder) {
  TestServer server(tls_options());
  TlsClient client(server.port());
  std::string requests;
  for (int i = 0; i < 500; ++i) {
    requests += "GET /hello/" + std::to_string(i) + " HTTP/1.1\r\nHost: x\r\n\r\n";
  }
  client.send(requests);
  for (int i = 0; i < 500; ++i) {
    ASSERT_EQ(client.read_answer().body, "hello " + std::to_string(i));
  }
}

TEST(Tls, CarriesBodiesOfSeveralMegabytesBothWays) {
  ServerOptions options = tls_options();
  options.body_bytes_max = 16 * 1024 * 1024;
  TestServer server(options);
  std::string body(5 * 1024 * 1024 + 17, '\0');
  for (std::size_t i = 0; i < body.size(); ++i) body[i] = static_cast<char>('a' + i % 23);
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    TlsClient client(server.port(), {.version_max = version});
    client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: " + std::to_string(body.size()) +
                "\r\n\r\n");
    client.send(body);
    const Answer answer = client.read_answer();
    EXPECT_EQ(answer.status, 200U);
    EXPECT_TRUE(answer.body == body);
    EXPECT_EQ(client.exchange(kGet).body, "hello you");
  }
}

TEST(Tls, StreamsWhileItReads) {
  TestServer server(tls_options());
  TlsClient client(server.port());
  client.send("POST /stream/echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
  for (int i = 0; i < 20; ++i) {
    client.send("5\r\nhello\r\n");
    if (i == 0) client.read_head();
    ASSERT_EQ(client.read_chunk(), "hello");
  }
  client.send("0\r\n\r\n");
  EXPECT_EQ(client.read_chunk(), "");
  EXPECT_EQ(client.exchange(kGet).body, "hello you");
}

TEST(Tls, AnswersInOneRecordWhatFitsIntoOne) {
  TestServer server(tls_options());
  TlsClient client(server.port());
  client.send(std::string(kGet) + kGet + kGet);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(client.read_answer().body, "hello you");
  EXPECT_EQ(client.receives(), 1U);
}

TEST(Tls, SendsAStreamToAClientThatReadsSlowly) {
  TestServer server(tls_options());
  TlsClient client(server.port(), {.receive_buffer_bytes = 4096});
  client.send("GET /stream/endless HTTP/1.1\r\nHost: x\r\n\r\n");
  client.read_head();
  for (int i = 0; i < 50; ++i) {
    ASSERT_EQ(client.read_chunk(), std::string(64 * 1024, static_cast<char>('a' + i % 26)));
  }
}

TEST(Tls, RefusesWhatIsOlderThan12) {
  TestServer server(tls_options());
  EXPECT_EQ(refusal(server.port(), {.version_min = TLS1_VERSION, .version_max = TLS1_1_VERSION}),
            "tlsv1 alert protocol version");
  EXPECT_TRUE(eventually([&] { return server.server().statistics().handshakes_failed == 1; }));
}

TEST(Tls, RefusesCiphersWithoutForwardSecrecy) {
  TestServer server(tls_options());
  EXPECT_EQ(refusal(server.port(), {.version_max = TLS1_2_VERSION, .ciphers = "AES128-GCM-SHA256"}),
            "sslv3 alert handshake failure");
}

TEST(Tls, ChoosesHttp11AndRefusesWhoOnlySpeaksOtherProtocols) {
  TestServer server(tls_options());
  EXPECT_EQ(TlsClient(server.port(), {.protocols = "\x02h2\x08http/1.1"}).protocol(), "http/1.1");
  EXPECT_EQ(TlsClient(server.port()).protocol(), "");
  EXPECT_EQ(refusal(server.port(), {.protocols = "\x02h2\x04imap"}),
            "tlsv1 alert no application protocol");
}

TEST(Tls, ClosesAtOnceOnPlainHttpAndOnNoise) {
  TestServer server(tls_options());
  for (const std::string& bytes :
       {std::string(kGet), std::string("\x16\x03\x01\xff\xff noise"), std::string(20'000, 'x')}) {
    RawClient client(server.port());
    client.send(bytes);
    const std::string answer = client.read_to_end();
    EXPECT_EQ(answer.find("HTTP"), std::string::npos);
    EXPECT_LT(answer.size(), 10U) << "an alert at most";
  }
  EXPECT_TRUE(eventually([&] { return server.server().statistics().connections_open == 0; }));
  EXPECT_EQ(server.server().statistics().handshakes_failed, 3U);
  EXPECT_EQ(server.server().statistics().requests_finished, 0U);
}

TEST(Tls, OverTheLimitOfConnectionsClosesWithoutAWord) {
  ServerOptions options = tls_options();
  options.connections_max = 1;
  TestServer server(options);
  TlsClient first(server.port());
  EXPECT_EQ(first.exchange(kGet).status, 200U);
  EXPECT_TRUE(RawClient(server.port()).is_closed());
  EXPECT_EQ(server.server().statistics().connections_refused, 1U);
  EXPECT_EQ(first.exchange(kGet).status, 200U);
}

class MutualTls : public ::testing::Test {
 protected:
  // In TLS 1.3 a client has its session before the server has looked at its certificate.
  std::string outcome(const testing::Credentials& shown, int version) {
    try {
      TlsClient client(server_.port(), {.version_max = version, .shown = shown});
      client.send(kGet);
      client.receive();
      return client.failure().empty() ? client.read_answer().body : client.failure();
    } catch (const std::runtime_error& error) {
      return error.what();
    }
  }

  const testing::Authority clients_{"authority of clients"};
  const testing::Credentials own_ = authority().issue("server");
  TestServer server_ = TestServer([this] {
    ServerOptions options = test_options();
    options.tls = std::make_shared<TlsSource>(tls_context(own_, clients_.certificate()));
    return options;
  }());
};

TEST_F(MutualTls, LetsInWhomTheAuthorityKnowsAndNobodyElse) {
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    EXPECT_EQ(outcome(clients_.issue("till-7"), version), "hello you");
    EXPECT_EQ(outcome(authority().issue("till-7"), version), "tlsv1 alert unknown ca");
    EXPECT_EQ(outcome(clients_.issue("till-7", std::chrono::seconds(-1000)), version),
              "sslv3 alert certificate expired");
  }
  EXPECT_EQ(outcome({}, TLS1_2_VERSION), "sslv3 alert handshake failure");
  EXPECT_EQ(outcome({}, TLS1_3_VERSION), "tlsv13 alert certificate required");
  EXPECT_EQ(server_.server().statistics().requests_finished, 2U);
  EXPECT_TRUE(eventually([&] { return server_.server().statistics().handshakes_failed == 6; }));
}

TEST_F(MutualTls, LetsInWhoHoldsTheServersOwnKey) {
  EXPECT_EQ(outcome(own_, TLS1_2_VERSION), "hello you");
  EXPECT_EQ(outcome(own_, TLS1_3_VERSION), "hello you");
}

}  // namespace
}  // namespace invoicing::http::test
