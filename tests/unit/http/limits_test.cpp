#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "tests/unit/http/raw_client.hpp"
#include "tests/unit/http/test_server.hpp"

namespace invoicing::http::test {
namespace {

constexpr const char* kGet = "GET /hello/you HTTP/1.1\r\nHost: x\r\n\r\n";

TEST(Limits, HeaderBlock) {
  TestServer server;
  const ServerOptions limits;
  const auto head_of = [](std::size_t bytes) {
    const std::string start = "GET /hello/you HTTP/1.1\r\nHost: x\r\nA: ";
    return start + std::string(bytes - start.size() - 4, 'a') + "\r\n\r\n";
  };
  RawClient client(server.port());
  EXPECT_EQ(client.exchange(head_of(limits.head_bytes_max)).status, 200U);
  const Answer answer = client.exchange(head_of(limits.head_bytes_max + 1));
  EXPECT_EQ(answer.status, 431U);
  EXPECT_EQ(client.read_to_end(), "");
}

TEST(Limits, NumberOfFields) {
  TestServer server;
  const auto head_with = [](std::size_t fields) {
    std::string head = "GET /hello/you HTTP/1.1\r\nHost: x\r\n";
    for (std::size_t i = 1; i < fields; ++i) head += "A: b\r\n";
    return head + "\r\n";
  };
  RawClient client(server.port());
  EXPECT_EQ(client.exchange(head_with(100)).status, 200U);
  EXPECT_EQ(client.exchange(head_with(101)).status, 431U);
  EXPECT_TRUE(client.is_closed());
}

TEST(Limits, Target) {
  TestServer server;
  const auto get = [](std::size_t bytes) {
    return "GET /?" + std::string(bytes - 2, 'a') + " HTTP/1.1\r\nHost: x\r\n\r\n";
  };
  RawClient client(server.port());
  EXPECT_EQ(client.exchange(get(8 * 1024)).status, 200U);
  EXPECT_EQ(client.exchange(get(8 * 1024 + 1)).status, 414U);
  EXPECT_EQ(client.read_to_end(), "");
  RawClient endless(server.port());
  EXPECT_EQ(endless.exchange("GET /" + std::string(15'000, 'a')).status, 414U);
}

ServerOptions small_bodies() {
  ServerOptions options = test_options();
  options.body_bytes_max = 1000;
  return options;
}

TEST(Limits, BodyOfAnnouncedLength) {
  TestServer server(small_bodies());
  const auto post = [](std::size_t bytes) {
    return "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: " + std::to_string(bytes) + "\r\n\r\n" +
           std::string(bytes, 'x');
  };
  RawClient client(server.port());
  EXPECT_EQ(client.exchange(post(1000)).body.size(), 1000U);
  EXPECT_EQ(client.exchange(post(1001)).status, 413U);
}

TEST(Limits, BodyInChunks) {
  TestServer server(small_bodies());
  const auto post = [](std::size_t chunks) {
    std::string request = "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";
    for (std::size_t i = 0; i < chunks; ++i) request += "A\r\n0123456789\r\n";
    return request + "0\r\n\r\n";
  };
  RawClient client(server.port());
  EXPECT_EQ(client.exchange(post(100)).body.size(), 1000U);
  const Answer answer = client.exchange(post(101));
  EXPECT_EQ(answer.status, 413U);
  EXPECT_EQ(answer.header("Connection"), "close");
  EXPECT_EQ(client.read_to_end(), "");
}

// A client that sends everything first and reads then must see the answer and no reset.
TEST(Limits, DrainsABodyThatIsTooLargeBeforeClosing) {
  TestServer server(small_bodies());
  for (const bool in_chunks : {false, true}) {
    RawClient client(server.port());
    const std::string body(4'000'000, 'x');
    client.send(in_chunks
                    ? "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3D0900\r\n"
                    : "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4000000\r\n\r\n");
    EXPECT_TRUE(client.send(body));
    EXPECT_EQ(client.read_answer().status, 413U);
    client.finish_sending();
    EXPECT_EQ(client.read_to_end(), "");
    EXPECT_FALSE(client.was_reset());
  }
}

TEST(Limits, DrainsNoMoreThanItsLimit) {
  ServerOptions options = small_bodies();
  options.drain_bytes_max = 10'000;
  TestServer server(options);
  RawClient client(server.port());
  client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4000000000\r\n\r\n");
  const std::string piece(64 * 1024, 'x');
  std::size_t sent = 0;
  while (sent < 1'000'000'000 && client.send(piece)) sent += piece.size();
  EXPECT_LT(sent, 1'000'000'000U) << "the server reads without end";
}

TEST(Limits, OfARouteWinsOverTheServers) {
  TestServer server(small_bodies(), [](Router& router) {
    router.add(Route{.method = Method::post,
                     .pattern = "/larger",
                     .name = "larger",
                     .handler = [](Request&, BodyReader& body) -> Task<Response> {
                       const auto whole = co_await body.read_all();
                       co_return text(whole ? 200 : 413, whole ? "taken" : "refused");
                     },
                     .body_bytes_max = 2000});
  });
  RawClient client(server.port());
  const auto post = [](std::size_t bytes) {
    return "POST /larger HTTP/1.1\r\nHost: x\r\nContent-Length: " + std::to_string(bytes) +
           "\r\n\r\n" + std::string(bytes, 'x');
  };
  EXPECT_EQ(client.exchange(post(2000)).body, "taken");
  EXPECT_EQ(client.exchange(post(2001)).status, 413U);
}

TEST(Limits, ConnectionsOfAllAddresses) {
  ServerOptions options = test_options();
  options.connections_max = 3;
  options.threads = 2;
  TestServer server(options);
  std::vector<std::unique_ptr<RawClient>> clients;
  for (int i = 0; i < 3; ++i) {
    clients.push_back(std::make_unique<RawClient>(server.port()));
    ASSERT_EQ(clients.back()->exchange(kGet).status, 200U);
  }
  RawClient refused(server.port());
  const Answer answer = refused.read_answer();
  EXPECT_EQ(answer.status, 503U);
  EXPECT_TRUE(refused.is_closed());
  EXPECT_EQ(server.server().statistics().connections_refused, 1U);
  EXPECT_EQ(server.server().statistics().connections_open, 3U);
  clients.pop_back();
  EXPECT_TRUE(eventually([&] { return RawClient(server.port()).exchange(kGet).status == 200U; }))
      << "a closed connection was not counted out";
}

TEST(Limits, ConnectionsOfOneAddress) {
  ServerOptions options = test_options();
  options.connections_per_address_max = 1;
  TestServer server(options);
  RawClient first(server.port());
  ASSERT_EQ(first.exchange(kGet).status, 200U);
  RawClient second(server.port());
  EXPECT_EQ(second.read_answer().status, 503U);
}

TEST(Limits, ManyConnectionsAtOnce) {
  ServerOptions options = test_options();
  options.threads = 2;
  TestServer server(options);
  constexpr int kThreads = 4;
  constexpr int kClientsEach = 50;
  std::atomic<int> answered = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&] {
      std::vector<std::unique_ptr<RawClient>> clients;
      for (int i = 0; i < kClientsEach; ++i) {
        clients.push_back(std::make_unique<RawClient>(server.port()));
      }
      for (int round = 0; round < 5; ++round) {
        for (auto& client : clients) client->send(kGet);
        for (auto& client : clients) {
          if (client->read_answer().body == "hello you") answered.fetch_add(1);
        }
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(answered.load(), kThreads * kClientsEach * 5);
  EXPECT_TRUE(eventually([&] { return server.server().statistics().connections_open == 0; }));
  EXPECT_EQ(server.server().statistics().requests_finished, 1000U);
  EXPECT_EQ(server.server().statistics().requests_running, 0U);
}

TEST(Listening, SaysWhyItCannot) {
  TestServer server;
  const auto failure_on = [](const std::string& address, std::uint16_t port, unsigned threads) {
    ServerOptions options;
    options.address = address;
    options.port = port;
    options.threads = threads;
    try {
      Server other(options, Router(), [](const Error&, unsigned) { return Response(); });
    } catch (const std::runtime_error& error) {
      return std::string(error.what());
    }
    return std::string("no failure");
  };
  const std::string port = std::to_string(server.port());
  EXPECT_EQ(failure_on("127.0.0.1", server.port(), 1),
            "cannot listen on 127.0.0.1 port " + port + ": Address already in use");
  EXPECT_EQ(failure_on("127.0.0.1", server.port(), 2),
            "cannot listen on 127.0.0.1 port " + port + ": Address already in use");
  EXPECT_EQ(failure_on("localhost", 0, 1),
            "cannot listen on localhost port 0: not a numeric IPv4 or IPv6 address");
  EXPECT_EQ(failure_on("192.0.2.1", 0, 1),
            "cannot listen on 192.0.2.1 port 0: Cannot assign requested address");
}

TEST(Listening, TwoServersOfSeveralThreadsDoNotShareAPort) {
  ServerOptions options = test_options();
  options.threads = 2;
  TestServer server(options);
  options.port = server.port();
  EXPECT_THROW(TestServer{options}, std::runtime_error);
}

}  // namespace
}  // namespace invoicing::http::test
