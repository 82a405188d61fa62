#include "rest/event_routes.hpp"

#include <memory>
#include <string>

#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include "tests/support/run_task.hpp"

namespace invoicing::rest {
namespace {

using std::chrono::milliseconds;

class NoBody final : public http::BodyReader {
 public:
  Task<Result<std::string>> read_all() override { co_return std::string(); }
  Task<Result<std::string_view>> read_some() override { co_return std::string_view(); }
};

class EventRoutes : public ::testing::Test {
 protected:
  void listen(EventOptions options = {.interval = milliseconds{1}, .heartbeat = milliseconds{5}}) {
    router_ = std::make_unique<http::Router>();
    add_event_routes(*router_, feed_, Authentication::off(), options);
  }
  http::Response get(std::string_view accept = "text/event-stream") {
    http::Request request;
    request.path = "/events";
    request.headers = {{"Accept", accept}};
    const auto match = router_->match(request);
    NoBody body;
    return testing::run(io_, match.route->handler(request, body));
  }
  // The next piece; "end" when there is none.
  std::string next(http::Response& response) {
    std::string chunk;
    auto& source = std::get<std::unique_ptr<http::BodySource>>(response.body);
    const auto more = testing::run(io_, source->next(chunk));
    return *more ? chunk : "end";
  }

  boost::asio::io_context io_{1};
  ChangeFeed feed_;
  std::unique_ptr<http::Router> router_;
};

TEST_F(EventRoutes, TheFirstEventSaysWhereTheCountersStandAndComesAtOnce) {
  listen({.interval = std::chrono::hours{1}});
  feed_.invoices_changed();
  auto stream = get();
  EXPECT_EQ(stream.status, 200U);
  EXPECT_EQ(stream.content_type, "text/event-stream");
  EXPECT_EQ(next(stream), "retry: 1000\n\nevent: change\ndata: {\"invoices\":1,\"reports\":0}\n\n");
}

TEST_F(EventRoutes, ManyChangesAreOneEvent) {
  listen();
  auto stream = get();
  next(stream);
  for (int i = 0; i < 1000; ++i) feed_.invoices_changed();
  feed_.reports_changed();
  EXPECT_EQ(next(stream), "event: change\ndata: {\"invoices\":1000,\"reports\":1}\n\n");
}

TEST_F(EventRoutes, SilenceIsACommentSoThatADeadReaderIsFound) {
  listen();
  auto stream = get();
  next(stream);
  EXPECT_EQ(next(stream), ": nothing new\n\n");
}

TEST_F(EventRoutes, AReaderTooManyIsRefusedUntilOneLeaves) {
  listen({.interval = milliseconds{1}, .heartbeat = milliseconds{5}, .readers_max = 1});
  {
    const auto stream = get();
    EXPECT_EQ(feed_.readers(), 1U);
    EXPECT_EQ(get().status, 503U);
  }
  EXPECT_EQ(feed_.readers(), 0U);
  EXPECT_EQ(get().status, 200U);
}

TEST_F(EventRoutes, StreamsEndWhenTheProcessDoes) {
  listen();
  auto stream = get();
  next(stream);
  feed_.close();
  EXPECT_EQ(next(stream), "end");
  EXPECT_EQ(get().status, 503U);
}

TEST_F(EventRoutes, NobodyIsGivenWhatTheyDoNotTake) {
  listen();
  EXPECT_EQ(get("application/json").status, 406U);
}

}  // namespace
}  // namespace invoicing::rest
