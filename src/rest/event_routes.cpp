#include "rest/event_routes.hpp"

#include <memory>
#include <string>
#include <utility>

#include "async/pause.hpp"
#include "rest/negotiation.hpp"
#include "rest/problem.hpp"

namespace invoicing::rest {

namespace {

constexpr std::string_view kEventStream = "text/event-stream";

void append_change(std::string& chunk, const ChangeFeed::State& state) {
  chunk += "event: change\ndata: {\"invoices\":";
  chunk += std::to_string(state.invoices);
  chunk += ",\"reports\":";
  chunk += std::to_string(state.reports);
  chunk += "}\n\n";
}

/// Looks at the feed again and again rather than being woken by it: waking costs the writer one
/// message per reader and invoice, looking costs two timers a second per reader.
class EventStream final : public http::BodySource {
 public:
  EventStream(ChangeFeed& feed, EventOptions options, std::unique_ptr<ChangeFeed::Place> place)
      : feed_(feed), options_(options), place_(std::move(place)) {}

  Task<Result<bool>> next(std::string& chunk) override {
    if (!begun_) {
      begun_ = true;
      told_ = feed_.state();
      chunk += "retry: 1000\n\n";
      append_change(chunk, told_);
      co_return true;
    }
    for (std::chrono::milliseconds silent{0}; silent < options_.heartbeat;
         silent += options_.interval) {
      if (feed_.closed()) co_return false;
      co_await pause(options_.interval);
      const ChangeFeed::State now = feed_.state();
      if (now == told_) continue;
      told_ = now;
      append_change(chunk, now);
      co_return true;
    }
    chunk += ": nothing new\n\n";
    co_return true;
  }

 private:
  ChangeFeed& feed_;
  const EventOptions options_;
  const std::unique_ptr<ChangeFeed::Place> place_;
  ChangeFeed::State told_;
  bool begun_ = false;
};

Task<http::Response> events(const http::Request& request, ChangeFeed& feed, EventOptions options) {
  const auto type = choose_type(request, {kEventStream});
  if (!type) co_return problem(type.error());
  if (feed.closed()) co_return problem(Error(ErrorCode::shutting_down));
  auto place = std::make_unique<ChangeFeed::Place>(feed, options.readers_max);
  if (!place->taken()) {
    co_return problem(Error(ErrorCode::overloaded, "Too many read the events; try again later."));
  }
  http::Response response{.status = 200, .content_type = kEventStream};
  response.add_header("Cache-Control", "no-store");
  // A proxy that gathers an answer before it hands it on would hold back every event.
  response.add_header("X-Accel-Buffering", "no");
  response.body = std::make_unique<EventStream>(feed, options, std::move(place));
  co_return response;
}

}  // namespace

void add_event_routes(http::Router& router, ChangeFeed& feed, const Authentication& authentication,
                      EventOptions options) {
  router.add({.method = http::Method::get,
              .pattern = "/events",
              .name = "events",
              .handler = authentication.require(
                  Scope::reports_read,
                  [&feed, options](http::Request& request, http::BodyReader&, Caller) {
                    return events(request, feed, options);
                  })});
}

}  // namespace invoicing::rest
