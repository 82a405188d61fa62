#pragma once
// Publishing a report whose message may be among the dead letters: it is taken from there.

#include "ports/report_queue.hpp"

namespace invoicing::services {

/// The contract of the port. What invoice-service was asked to send again, and what was published
/// before, leaves no dead letter behind and is not there twice. References outlive it.
class RequeueingPublisher final : public ReportPublisher {
 public:
  RequeueingPublisher(ReportPublisher& publisher, ReportQueueAdmin& queue)
      : publisher_(publisher), queue_(queue) {}

  Task<Result<void>> publish(const ReportMessage& message) override;

 private:
  ReportPublisher& publisher_;
  ReportQueueAdmin& queue_;
};

}  // namespace invoicing::services
