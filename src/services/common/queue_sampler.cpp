#include "services/common/queue_sampler.hpp"

#include <string>

#include "services/common/sampling.hpp"

namespace invoicing::services {

namespace {

ops::Gauge& queue_gauge(ops::Metrics& metrics, const std::string& state) {
  return metrics.gauge("report_queue_messages", "Messages in the report queue by state.",
                       {{"state", state}});
}

}  // namespace

QueueSampler::QueueSampler(Executor executor, ReportQueueAdmin& queue, ops::Metrics& metrics)
    : queue_(queue),
      wakeup_(executor),
      ready_(queue_gauge(metrics, "ready")),
      delayed_(queue_gauge(metrics, "delayed")),
      unacknowledged_(queue_gauge(metrics, "unacknowledged")),
      dead_(queue_gauge(metrics, "dead")) {}

void QueueSampler::stop() {
  stopping_.store(true);
  wakeup_.wake();
}

Task<void> QueueSampler::run() {
  while (!stopping_.load()) {
    const auto depth = co_await queue_.depth();
    if (depth) {
      ready_.set(static_cast<double>(depth->ready));
      delayed_.set(static_cast<double>(depth->delayed));
      unacknowledged_.set(static_cast<double>(depth->unacknowledged));
      dead_.set(static_cast<double>(depth->dead));
    }
    co_await wakeup_.wait(kSampleInterval);
  }
}

}  // namespace invoicing::services
