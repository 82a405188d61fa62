#pragma once
// How long the broker takes to say that it has a report.

#include "ops/metrics.hpp"
#include "ports/report_queue.hpp"

namespace invoicing::services {

/// The contract of the port, with each call measured. References outlive it.
class TimedPublisher final : public ReportPublisher {
 public:
  TimedPublisher(ReportPublisher& publisher, ops::Metrics& metrics);

  Task<Result<void>> publish(const ReportMessage& message) override;

 private:
  ReportPublisher& publisher_;
  ops::Histogram& seconds_;
};

}  // namespace invoicing::services
