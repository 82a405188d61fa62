#pragma once
// An HTTP/1.1 server (RFC 9110, RFC 9112) that knows no invoice: sockets, limits, deadlines,
// routing, drain; over TLS or in plain text.

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>

#include "domain/error.hpp"
#include "http/message.hpp"
#include "http/router.hpp"
#include "http/server_options.hpp"

namespace invoicing::http {

/// Makes the answer for an error that the server found itself, or that escaped a handler. `status`
/// is what will be sent whatever the returned Response says. Called by all I/O threads; must not
/// throw; its body must not be a BodySource. Codes: malformed_request 400, route_not_found 404,
/// method_not_allowed 405 (Allow is added by the server), request_timeout 408, body_too_large 413,
/// uri_too_long 414, unsupported_media_type 415 (Content-Encoding), unsupported_expectation 417,
/// header_too_large 431, internal_error 500, not_implemented 501 (method), overloaded or
/// shutting_down 503, http_version_not_supported 505. The first error of a BodySource arrives here
/// with its own code, as 500 for internal_error and stored_data_invalid, else as 503.
using ErrorRenderer = std::function<Response(const Error& error, unsigned status)>;

/// One finished request.
struct Observation {
  /// Of the route; "unmatched" for 404, 405 and OPTIONS, "malformed" if no head could be read.
  std::string_view route;
  Method method = Method::other;
  unsigned status = 0;
  /// From the end of the head to the finished answer; of a stream, to its last byte.
  std::chrono::nanoseconds duration{};
  std::uint64_t body_bytes_received = 0;
  std::uint64_t body_bytes_sent = 0;
  /// Views valid during the call only.
  std::string_view target;
  std::string_view remote_address;
  std::string_view request_id;
  std::string_view traceparent;
  /// For the log only: what an exception out of the handler said; empty if there was none.
  std::string_view failure;
  /// A streamed answer was cut: the client went away or made no progress, or the BodySource
  /// failed. Other answers are observed when they are queued, so that they are never aborted.
  bool aborted = false;
};

/// Called once a request on the I/O thread; must not block or throw.
using Observer = std::function<void(const Observation&)>;

/// Called on an I/O thread after the requests that it had at hand were observed, and now and then
/// when there were none: what observing them has gathered can be handed on at once. Must not throw.
using EndOfTurn = std::function<void()>;

/// Sums over all threads at one moment, each figure exact by itself.
struct ServerStatistics {
  std::uint64_t connections_open = 0;
  std::uint64_t connections_accepted = 0;
  std::uint64_t connections_refused = 0;  ///< over a limit of connections
  std::uint64_t requests_running = 0;
  std::uint64_t requests_finished = 0;
  std::uint64_t deadlines_missed = 0;  ///< connections closed by a deadline, idle ones included
  /// Connections that had sent something when TLS came to nothing: no TLS or none that is allowed,
  /// a client certificate that is missing or not accepted, too slow, gone.
  std::uint64_t handshakes_failed = 0;
};

/// Owns its threads. Construct, start(), drain(), destroy. Handlers may use adapters with threads
/// of their own: drain, then join the adapters, then destroy the Server, because adapters resume
/// handlers on the Server's io_contexts.
class Server {
 public:
  /// Binds and listens, so that clients can queue up from here on. Throws std::runtime_error with
  /// a line that names address and reason (in use, not numeric, not permitted).
  Server(ServerOptions options, Router router, ErrorRenderer render_error, Observer observer = {},
         EndOfTurn end_of_turn = {});
  /// Stops at once whatever still runs. Handlers that have not ended are destroyed.
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  /// Starts the threads. Once.
  void start();

  /// The port that clients connect to.
  std::uint16_t local_port() const;

  /// Stops accepting, closes idle connections, lets running requests finish with
  /// `Connection: close`, and returns when none is left (true) or `deadline` has passed: what is
  /// left then is aborted, and false says that it was so. Blocks; not from an I/O thread.
  bool drain(std::chrono::milliseconds deadline);

  /// Any thread, any time.
  ServerStatistics statistics() const;

 private:
  struct Shared;
  struct Threads;
  std::unique_ptr<Shared> shared_;
  std::unique_ptr<Threads> threads_;
};

}  // namespace invoicing::http
