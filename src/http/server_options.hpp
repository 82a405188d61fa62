#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "http/tls_context.hpp"

namespace invoicing::http {

/// Limits and deadlines of a server. Deadlines are kept by a sweep: none is early, each may be late
/// by up to twice `sweep_interval`.
struct ServerOptions {
  /// A numeric IPv4 or IPv6 address. "::" takes both families.
  std::string address = "127.0.0.1";
  /// 0: any free port, told by Server::local_port().
  std::uint16_t port = 0;
  /// I/O threads, each with an io_context and an acceptor of its own. More than there are cores
  /// gains nothing. At least 1.
  unsigned threads = 1;
  /// Whose current() every new connection uses; not null: nothing but TLS is spoken. Null: plain
  /// HTTP.
  std::shared_ptr<const TlsSource> tls = {};

  /// Connections of all threads together; one more is answered with 503 (on a port for TLS: with
  /// nothing) and closed. Each costs a file descriptor (mind `ulimit -n`) and about 8 KB,
  /// with TLS 28.
  std::size_t connections_max = 10'000;
  /// Connections of one peer address (of IPv6: of one /64), else 503. Lower values keep one client
  /// from taking all; behind a proxy every client has the proxy's address, so that it must hold
  /// them all.
  std::size_t connections_per_address_max = 1'000;

  /// Request line and fields together; 431 beyond. Held in memory per connection.
  std::size_t head_bytes_max = 16 * 1024;
  /// Fields of one request; 431 beyond. Each look-up walks them.
  std::size_t head_fields_max = 100;
  /// Request target; 414 beyond. Must be below head_bytes_max to have an effect.
  std::size_t target_bytes_max = 8 * 1024;
  /// Body of a route that names no limit; 413 beyond. Held in memory per running request.
  std::uint64_t body_bytes_max = 1024 * 1024;
  /// What is read and thrown away of a body that nobody wants, before the connection closes:
  /// enough that a client which sends first and reads later sees the answer and no reset.
  std::uint64_t drain_bytes_max = 8 * 1024 * 1024;

  /// From the first byte of a head (of a new connection: from its start) to its end; 408 beyond.
  /// Raising it lets slow attackers hold connections longer.
  /// A handshake of TLS has as long before that, and is ended without a word.
  std::chrono::milliseconds head_timeout{10'000};
  /// How long a kept-alive connection may wait for its next request before it is closed.
  std::chrono::milliseconds idle_timeout{60'000};
  /// A body has to make progress, by one byte, within this; 408 beyond.
  std::chrono::milliseconds body_progress_timeout{30'000};
  /// A whole body on a route without `streaming_body`; 408 beyond.
  std::chrono::milliseconds body_timeout{120'000};
  /// The kernel has to take at least one byte of the answer within this, else the connection is
  /// aborted. A slow reader of a stream lives on as long as it frees some of its window (which
  /// the kernel reports in steps of about a third of the send buffer) in every such time.
  std::chrono::milliseconds write_progress_timeout{30'000};
  /// How long closing waits for the client to finish sending what will not be read.
  std::chrono::milliseconds linger_timeout{5'000};
  /// Precision of all deadlines and of the Date field; short values cost CPU.
  std::chrono::milliseconds sweep_interval{1'000};

  /// Answers of pipelined requests are gathered to one send up to this many bytes.
  std::size_t pipelined_bytes_max = 64 * 1024;
};

}  // namespace invoicing::http
