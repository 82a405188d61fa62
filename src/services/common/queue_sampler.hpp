#pragma once
// How many messages the queue holds: sampled by a loop of its own, so that a scrape never waits for
// the queue.

#include <atomic>

#include "async/task.hpp"
#include "ops/metrics.hpp"
#include "ports/report_queue.hpp"
#include "services/common/wakeup.hpp"

namespace invoicing::services {

/// Runs as one coroutine on `executor`. References outlive the metrics' last text().
class QueueSampler {
 public:
  QueueSampler(Executor executor, ReportQueueAdmin& queue, ops::Metrics& metrics);

  /// Until stop(). A failed look leaves the last numbers in place.
  Task<void> run();
  /// Any thread.
  void stop();

 private:
  ReportQueueAdmin& queue_;
  Wakeup wakeup_;
  std::atomic<bool> stopping_{false};
  ops::Gauge& ready_;
  ops::Gauge& delayed_;
  ops::Gauge& unacknowledged_;
  ops::Gauge& dead_;
};

}  // namespace invoicing::services
