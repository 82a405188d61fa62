#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "tests/unit/http/raw_client.hpp"
#include "tests/unit/http/test_server.hpp"

namespace invoicing::http::test {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kWork{15};
constexpr const char* kSlow = "GET /slow HTTP/1.1\r\nHost: x\r\n\r\n";
constexpr const char* kLag = "GET /lag HTTP/1.1\r\nHost: x\r\n\r\n";

void add_routes(Router& router) {
  router.add({.method = Method::get,
              .pattern = "/slow",
              .name = "slow",
              .handler = [](Request&, BodyReader&) -> Task<Response> {
                // The whole thread is busy, as with parsing: that is what the test is about.
                std::this_thread::sleep_for(kWork);
                co_return text(200, "done");
              }});
  router.add({.method = Method::get,
              .pattern = "/lag",
              .name = "lag",
              .handler = [](Request& request, BodyReader&) -> Task<Response> {
                const auto lag = std::chrono::floor<milliseconds>(request.thread_lag);
                co_return text(200, std::to_string(lag.count()));
              }});
}

long lag_of(RawClient& client) {
  return std::stol(client.exchange(kLag).body);
}

TEST(ThreadLag, GrowsWithWhatWaitsAndEndsWithIt) {
  TestServer server(test_options(), add_routes);
  RawClient observer(server.port());
  EXPECT_EQ(lag_of(observer), 0) << "nothing was measured yet";

  std::atomic<bool> busy = true;
  std::vector<std::thread> clients;
  for (int i = 0; i < 6; ++i) {
    clients.emplace_back([&] {
      RawClient client(server.port());
      while (busy.load()) client.exchange(kSlow);
    });
  }
  // Five others stand before each request.
  EXPECT_TRUE(eventually([&] { return lag_of(observer) >= 2 * kWork.count(); }));
  busy.store(false);
  for (std::thread& client : clients) client.join();
  EXPECT_TRUE(eventually([&] { return lag_of(observer) < kWork.count(); }));
}

}  // namespace
}  // namespace invoicing::http::test
