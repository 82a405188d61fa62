#include "services/common/status_sampler.hpp"

#include <string>

namespace invoicing::services {

namespace {

constexpr std::chrono::milliseconds kInterval{5000};

ops::Gauge& queue_gauge(ops::Metrics& metrics, const std::string& state) {
  return metrics.gauge("report_queue_messages", "Messages in the report queue by state.",
                       {{"state", state}});
}

}  // namespace

StatusSampler::StatusSampler(Executor executor, Outbox& outbox, ReportQueueAdmin& queue,
                             Clock& clock, ops::Metrics& metrics)
    : outbox_(outbox),
      queue_(queue),
      clock_(clock),
      wakeup_(executor),
      undelivered_(metrics.gauge("reports_undelivered",
                                 "Sealed reports whose mail has not reached every recipient.")),
      ready_(queue_gauge(metrics, "ready")),
      delayed_(queue_gauge(metrics, "delayed")),
      unacknowledged_(queue_gauge(metrics, "unacknowledged")),
      dead_(queue_gauge(metrics, "dead")) {
  metrics.gauge_from("oldest_undelivered_report_age_seconds",
                     "Age of the oldest sealed report that is not delivered; 0 without one.", {},
                     [this] {
                       const Instant oldest = oldest_undelivered_.load();
                       if (oldest == Instant::max()) return 0.0;
                       return std::chrono::duration<double>(clock_.now() - oldest).count();
                     });
}

void StatusSampler::stop() {
  stopping_.store(true);
  wakeup_.wake();
}

Task<void> StatusSampler::run() {
  while (!stopping_.load()) {
    co_await sample();
    co_await wakeup_.wait(kInterval);
  }
}

Task<void> StatusSampler::sample() {
  const auto entries = co_await outbox_.open_entries();
  if (entries) {
    undelivered_.set(static_cast<double>(entries->size()));
    oldest_undelivered_.store(entries->empty() ? Instant::max() : entries->front().sealed_at);
  }
  const auto depth = co_await queue_.depth();
  if (!depth) co_return;
  ready_.set(static_cast<double>(depth->ready));
  delayed_.set(static_cast<double>(depth->delayed));
  unacknowledged_.set(static_cast<double>(depth->unacknowledged));
  dead_.set(static_cast<double>(depth->dead));
}

}  // namespace invoicing::services
