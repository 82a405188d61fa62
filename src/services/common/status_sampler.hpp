#pragma once
// Numbers that have to be asked for with a read of the store: sampled by a loop of their own, so
// that a scrape never waits for the disk.

#include <atomic>

#include "async/task.hpp"
#include "ops/metrics.hpp"
#include "ports/clock.hpp"
#include "ports/report_queue.hpp"
#include "ports/report_store.hpp"
#include "services/common/wakeup.hpp"

namespace invoicing::services {

/// Runs as one coroutine on `executor`. References outlive the metrics' last text().
class StatusSampler {
 public:
  StatusSampler(Executor executor, Outbox& outbox, ReportQueueAdmin& queue, Clock& clock,
                ops::Metrics& metrics);

  /// Until stop(). A failed read leaves the last numbers in place.
  Task<void> run();
  /// Any thread.
  void stop();

 private:
  Task<void> sample();

  Outbox& outbox_;
  ReportQueueAdmin& queue_;
  Clock& clock_;
  Wakeup wakeup_;
  std::atomic<bool> stopping_{false};
  std::atomic<Instant> oldest_undelivered_{Instant::max()};
  ops::Gauge& undelivered_;
  ops::Gauge& ready_;
  ops::Gauge& delayed_;
  ops::Gauge& unacknowledged_;
  ops::Gauge& dead_;
};

}  // namespace invoicing::services
