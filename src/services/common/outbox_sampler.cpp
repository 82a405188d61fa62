#include "services/common/outbox_sampler.hpp"

#include "services/common/sampling.hpp"

namespace invoicing::services {

OutboxSampler::OutboxSampler(Executor executor, Outbox& outbox, Clock& clock, ops::Metrics& metrics)
    : outbox_(outbox),
      clock_(clock),
      wakeup_(executor),
      undelivered_(metrics.gauge("reports_undelivered",
                                 "Sealed reports whose mail has not reached every recipient.")) {
  metrics.gauge_from("oldest_undelivered_report_age_seconds",
                     "Age of the oldest sealed report that is not delivered; 0 without one.", {},
                     [this] {
                       const Instant oldest = oldest_undelivered_.load();
                       if (oldest == Instant::max()) return 0.0;
                       return std::chrono::duration<double>(clock_.now() - oldest).count();
                     });
}

void OutboxSampler::stop() {
  stopping_.store(true);
  wakeup_.wake();
}

Task<void> OutboxSampler::run() {
  while (!stopping_.load()) {
    const auto entries = co_await outbox_.open_entries();
    if (entries) {
      undelivered_.set(static_cast<double>(entries->size()));
      oldest_undelivered_.store(entries->empty() ? Instant::max() : entries->front().sealed_at);
    }
    co_await wakeup_.wait(kSampleInterval);
  }
}

}  // namespace invoicing::services
