#pragma once
// What the connections of a server share.

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string>
#include <unordered_map>

#include <boost/asio/ip/address.hpp>

#include "http/request_identity.hpp"
#include "http/router.hpp"
#include "http/server.hpp"
#include "http/server_options.hpp"

namespace invoicing::http {

using SteadyTime = std::chrono::steady_clock::time_point;

/// Counts connections, all and by address. Thread-safe.
class ConnectionLimiter {
 public:
  ConnectionLimiter(std::size_t connections_max, std::size_t per_address_max)
      : connections_max_(connections_max), per_address_max_(per_address_max) {}

  /// True: counted, and to be released with the same address.
  bool admit(const boost::asio::ip::address& address);
  void release(const boost::asio::ip::address& address);

 private:
  const std::size_t connections_max_;
  const std::size_t per_address_max_;
  std::mutex mutex_;
  std::size_t connections_ = 0;
  std::unordered_map<boost::asio::ip::address, std::size_t> by_address_;
};

/// One per server; everything but the atomics and the limiter is read-only once it has started.
struct ServerContext {
  ServerContext(ServerOptions server_options, Router server_router, ErrorRenderer renderer,
                Observer request_observer, EndOfTurn turn_observer)
      : options(std::move(server_options)),
        router(std::move(server_router)),
        render_error(std::move(renderer)),
        observer(std::move(request_observer)),
        end_of_turn(std::move(turn_observer)),
        limiter(options.connections_max, options.connections_per_address_max) {}

  const ServerOptions options;
  const Router router;
  const ErrorRenderer render_error;
  const Observer observer;
  const EndOfTurn end_of_turn;
  ConnectionLimiter limiter;

  std::atomic<bool> draining = false;
  std::mutex drain_mutex;
  std::condition_variable drain_progress;  ///< a connection ended, or a worker began to drain
};

/// One per thread: written by it alone, read by all.
struct alignas(64) WorkerCounters {
  std::atomic<std::uint64_t> connections_open = 0;
  std::atomic<std::uint64_t> connections_accepted = 0;
  std::atomic<std::uint64_t> connections_refused = 0;
  std::atomic<std::uint64_t> requests_running = 0;
  std::atomic<std::uint64_t> requests_finished = 0;
  std::atomic<std::uint64_t> deadlines_missed = 0;
  std::atomic<std::uint64_t> handshakes_failed = 0;
};

/// For the thread that writes `counter`: being the only one, it needs no read-modify-write.
inline void add(std::atomic<std::uint64_t>& counter, std::int64_t difference) {
  counter.store(counter.load(std::memory_order_relaxed) + static_cast<std::uint64_t>(difference),
                std::memory_order_relaxed);
}

class LagProbe;

/// One per thread, used by it alone but for the counters.
struct WorkerContext {
  ServerContext& server;
  LagProbe& lag;
  IdSource ids = {};
  bool turn_ends = false;  ///< end_of_turn is queued behind what is at hand
  WorkerCounters counters = {};
  SteadyTime now = std::chrono::steady_clock::now();  ///< never older than a sweep
  std::string date = {};                              ///< IMF-fixdate of the last sweep
};

/// `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110 §5.6.7).
std::string imf_fixdate(std::chrono::system_clock::time_point time);

}  // namespace invoicing::http
