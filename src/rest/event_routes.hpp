#pragma once
// GET /events: server-sent events (HTML Living Standard) that say when to read again.

#include <chrono>
#include <cstddef>

#include "http/router.hpp"
#include "rest/authentication.hpp"
#include "rest/change_feed.hpp"

namespace invoicing::rest {

struct EventOptions {
  /// How often a stream looks at the feed. Changes in between are one event, so that a reader gets
  /// no more than two a second, and none that waits for a slow one.
  std::chrono::milliseconds interval{500};
  /// After so long without an event a comment is sent, which finds readers that are gone.
  std::chrono::milliseconds heartbeat{15'000};
  /// One more is answered with `overloaded`.
  std::size_t readers_max = 256;
};

/// `feed` outlives the server. Close it before the server drains, which would wait for the streams.
void add_event_routes(http::Router& router, ChangeFeed& feed, const Authentication& authentication,
                      EventOptions options = {});

}  // namespace invoicing::rest
