#pragma once
// The role of report-generator: closes each business day at its cut-off and brings its report to
// the queue, catching up after downtime, oldest first.

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>

#include "app/backoff.hpp"
#include "app/close_days.hpp"
#include "app/publish_reports.hpp"
#include "async/task.hpp"
#include "domain/result.hpp"
#include "ports/clock.hpp"
#include "ports/observer.hpp"
#include "services/common/wakeup.hpp"

namespace invoicing::services {

struct GeneratorOptions {
  /// The outbox is looked at this often without being woken; sooner, with back-off, while something
  /// in it waits to be published.
  std::chrono::milliseconds outbox_check{30'000};
  /// Awaited before each closing that may be due; its error keeps the days open. May be empty.
  std::function<Task<Result<void>>()> before_closing;
};

/// Runs as one coroutine on `executor`. References outlive run().
class GeneratorRole {
 public:
  GeneratorRole(Executor executor, CloseDays& close, PublishReports& publish, Clock& clock,
                Observer& observer, std::uint64_t jitter_seed, GeneratorOptions options = {});

  /// Until stop(). Faults of the surroundings are observed and tried again with back-off.
  Task<void> run();

  /// Look now: a resend was asked for, or what was missing is back. Any thread.
  void wake() { wakeup_.wake(); }
  /// Ends run() after the step under way. Any thread.
  void stop();

 private:
  Task<bool> close();
  Task<Result<PublishRound>> publish();

  const GeneratorOptions options_;
  CloseDays& close_;
  PublishReports& publish_;
  Clock& clock_;
  Observer& observer_;
  Wakeup wakeup_;
  Backoff backoff_;
  std::atomic<bool> stopping_{false};
  Instant next_cut_off_{};
};

}  // namespace invoicing::services
