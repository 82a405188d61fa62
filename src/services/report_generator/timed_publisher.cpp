#include "services/report_generator/timed_publisher.hpp"

#include <chrono>

namespace invoicing::services {

TimedPublisher::TimedPublisher(ReportPublisher& publisher, ops::Metrics& metrics)
    : publisher_(publisher),
      seconds_(metrics.histogram("rabbitmq_publish_duration_seconds",
                                 "From giving a report to the broker to its word, or to giving up.",
                                 ops::latency_bounds())) {}

Task<Result<void>> TimedPublisher::publish(const ReportMessage& message) {
  const auto begin = std::chrono::steady_clock::now();
  auto published = co_await publisher_.publish(message);
  seconds_.observe(std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count());
  co_return published;
}

}  // namespace invoicing::services
