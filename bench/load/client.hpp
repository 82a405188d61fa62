#pragma once
// Keeps connections busy: closed loop (each connection sends its next request when the last is
// answered, or `pipeline` of them) or open loop (requests arrive by chance at a given mean rate,
// whether or not the server keeps up, and their time counts from that arrival).

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "load/request_source.hpp"
#include "load/samples.hpp"

namespace invoicing::bench {

struct LoadOptions {
  std::string host = "127.0.0.1";  ///< numeric IPv4
  std::uint16_t port = 0;
  unsigned connections = 64;
  unsigned pipeline = 1;  ///< requests in flight on each connection; closed loop only
  double seconds = 5;     ///< measured, after the warm-up
  double warmup_seconds = 0;
  std::uint64_t count = 0;  ///< when not 0: ends after so many answers, whatever the time
  double rate = 0;          ///< requests a second of an open loop; 0: closed loop
};

struct LoadResult {
  double seconds = 0;
  std::uint64_t answers = 0;
  std::uint64_t bytes = 0;
  std::map<int, std::uint64_t> failures;  ///< answers by status outside 2xx
  Samples gets;
  Samples posts;
  std::size_t waiting_max = 0;  ///< of an open loop: most arrivals without a free connection
};

/// Blocks. Throws std::runtime_error when the server cannot be reached, cuts a connection, or
/// answers what this client cannot read (only Content-Length framing).
LoadResult run_load(const LoadOptions& options, RequestSource& source);

}  // namespace invoicing::bench
