#pragma once
// How many reports wait to be delivered: sampled by a loop of its own, so that a scrape never waits
// for the store.

#include <atomic>

#include "async/task.hpp"
#include "ops/metrics.hpp"
#include "ports/clock.hpp"
#include "ports/report_store.hpp"
#include "services/common/wakeup.hpp"

namespace invoicing::services {

/// Runs as one coroutine on `executor`. References outlive the metrics' last text().
class OutboxSampler {
 public:
  OutboxSampler(Executor executor, Outbox& outbox, Clock& clock, ops::Metrics& metrics);

  /// Until stop(). A failed read leaves the last numbers in place.
  Task<void> run();
  /// Any thread.
  void stop();

 private:
  Outbox& outbox_;
  Clock& clock_;
  Wakeup wakeup_;
  std::atomic<bool> stopping_{false};
  std::atomic<Instant> oldest_undelivered_{Instant::max()};
  ops::Gauge& undelivered_;
};

}  // namespace invoicing::services
