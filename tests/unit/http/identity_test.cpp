// X-Request-Id and traceparent: what is taken, what is made, and who is told.

#include <atomic>
#include <chrono>
#include <set>
#include <string>
#include <thread>

#include <gtest/gtest.h>

#include "domain/trace.hpp"
#include "http/request_identity.hpp"
#include "tests/unit/http/raw_client.hpp"
#include "tests/unit/http/test_server.hpp"

namespace invoicing::http::test {
namespace {

const std::string kTraceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

Request with(std::vector<HeaderView> headers) {
  Request request;
  request.headers = std::move(headers);
  return request;
}

TEST(RequestIdentity, TakesWhatWasSent) {
  IdSource ids;
  RequestIdentity identity;
  identity.name(with({{"x-request-id", "till-7/1"}, {"Traceparent", kTraceparent}}), ids);
  EXPECT_EQ(identity.request_id(), "till-7/1");
  EXPECT_TRUE(is_traceparent(identity.traceparent()));
  EXPECT_EQ(trace_id_of(identity.traceparent()), trace_id_of(kTraceparent));
  EXPECT_NE(identity.traceparent(), kTraceparent) << "its parent is this request now";
  EXPECT_TRUE(identity.traceparent().ends_with("-01")) << "still sampled";
  const std::string other_flags = "cc" + kTraceparent.substr(2, 51) + "fe-what-comes";
  identity.name(with({{"traceparent", other_flags}}), ids);
  EXPECT_EQ(trace_id_of(identity.traceparent()), trace_id_of(kTraceparent));
  EXPECT_TRUE(identity.traceparent().starts_with("00-"));
  EXPECT_TRUE(identity.traceparent().ends_with("-00"));
}

TEST(RequestIdentity, MakesWhatCannotBeTaken) {
  IdSource ids;
  RequestIdentity identity;
  std::set<std::string> seen;
  const std::vector<std::vector<HeaderView>> requests = {
      {},
      {{"X-Request-Id", ""}, {"traceparent", ""}},
      {{"X-Request-Id", "a b"}, {"traceparent", "00-0"}},
      {{"X-Request-Id", "\"},{\"level\":\"error"}},
      {{"traceparent", kTraceparent}, {"traceparent", kTraceparent}}};
  for (const auto& headers : requests) {
    identity.name(with(headers), ids);
    EXPECT_EQ(identity.request_id().size(), 32U);
    EXPECT_TRUE(is_request_id(identity.request_id()));
    EXPECT_TRUE(is_traceparent(identity.traceparent())) << identity.traceparent();
    EXPECT_NE(trace_id_of(identity.traceparent()), trace_id_of(kTraceparent));
    seen.emplace(identity.request_id());
    seen.emplace(identity.traceparent());
  }
  EXPECT_EQ(seen.size(), 2 * requests.size());
}

TEST(RequestIdentity, StandsInEveryAnswer) {
  TestServer server;
  RawClient client(server.port());
  const std::string named = "X-Request-Id: r-1\r\ntraceparent: " + kTraceparent + "\r\n\r\n";
  EXPECT_EQ(client.exchange("GET / HTTP/1.1\r\nHost: x\r\n" + named).header("X-Request-Id"), "r-1");
  EXPECT_EQ(client.exchange("GET /no HTTP/1.1\r\nHost: x\r\n" + named).header("X-Request-Id"),
            "r-1");
  EXPECT_EQ(client.exchange("GET / HTTP/1.1\r\nHost: x\r\n\r\n").header("X-Request-Id")->size(),
            32U);
  client.send("NONSENSE\r\n\r\n");
  EXPECT_EQ(client.read_answer().header("X-Request-Id").value_or("").size(), 32U);
  const auto seen = server.wait_for_requests(4);
  EXPECT_EQ(seen[0].request_id, "r-1");
  EXPECT_EQ(trace_id_of(seen[0].traceparent), trace_id_of(kTraceparent));
  EXPECT_NE(seen[0].traceparent, seen[1].traceparent);
  EXPECT_EQ(seen[3].route, "malformed");
  EXPECT_TRUE(is_traceparent(seen[3].traceparent));
}

TEST(EndOfTurn, ComesAfterWhatWasObserved) {
  std::atomic<int> observed = 0;
  std::atomic<int> handed_over = 0;
  Router router;
  router.add(
      Route{.method = Method::get,
            .pattern = "/",
            .name = "root",
            .handler = [](Request&, BodyReader&) -> Task<Response> { co_return Response(); }});
  ServerOptions options = test_options();
  options.threads = 1;
  Server server(
      std::move(options), std::move(router),
      [](const Error&, unsigned status) { return Response{.status = status}; },
      [&](const Observation&) { ++observed; }, [&] { handed_over = observed.load(); });
  server.start();
  RawClient client(server.local_port());
  for (int i = 1; i <= 3; ++i) {
    EXPECT_EQ(client.exchange("GET / HTTP/1.1\r\nHost: x\r\n\r\n").status, 200U);
    const auto patience = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (handed_over < i && std::chrono::steady_clock::now() < patience) {
      std::this_thread::yield();
    }
    ASSERT_EQ(handed_over, i);
  }
}

}  // namespace
}  // namespace invoicing::http::test
