#pragma once
// How long what has arrived waits before its thread looks at it. Under more load than a thread can
// carry this grows while everything else still looks well.

#include <chrono>
#include <cstdint>

#include <boost/asio/posix/basic_stream_descriptor.hpp>

#include "async/task.hpp"
#include "http/server_context.hpp"

namespace invoicing::http {

/// Makes a descriptor of its own readable, which queues behind all sockets that are, and takes the
/// time until the thread comes to it. Used on its thread alone. Costs a system call in five
/// milliseconds under load, nothing when idle.
class LagProbe {
 public:
  explicit LagProbe(Executor executor);

  /// Ends with its io_context.
  Task<void> run();

  /// To be called with each request. The least lag of the last 100 ms: a moment without a processor
  /// is no load. Zero when nothing was measured lately.
  std::chrono::nanoseconds measure(SteadyTime now);

 private:
  boost::asio::posix::basic_stream_descriptor<Executor> bell_;
  void take(std::chrono::nanoseconds lag, SteadyTime now);

  bool ringing_ = false;
  SteadyTime rung_{};
  // The least lag of the running window of 100 ms, and of the one before.
  SteadyTime window_begin_{};
  std::chrono::nanoseconds least_ = std::chrono::nanoseconds::max();
  std::chrono::nanoseconds least_before_{0};
};

}  // namespace invoicing::http
