#include "services/report_generator/requeueing_publisher.hpp"

namespace invoicing::services {

Task<Result<void>> RequeueingPublisher::publish(const ReportMessage& message) {
  const auto requeued = co_await queue_.requeue_dead(message.message_id, message.trace);
  if (!requeued) co_return requeued.error();
  if (*requeued) co_return Result<void>();
  auto published = co_await publisher_.publish(message);
  co_return published;
}

}  // namespace invoicing::services
