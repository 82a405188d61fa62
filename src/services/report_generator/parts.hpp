#pragma once
// The wiring of the generator: the only place that names its adapters. Used by the service and by
// its commands.

#include <memory>

#include "app/audit_books.hpp"
#include "app/close_days.hpp"
#include "app/preview_day.hpp"
#include "app/publish_reports.hpp"
#include "domain/result.hpp"
#include "mongo/adoption.hpp"
#include "mongo/client.hpp"
#include "mongo/delivery_ledger.hpp"
#include "mongo/report_store.hpp"
#include "mongo/sales_ledger.hpp"
#include "ops/metrics.hpp"
#include "rabbitmq/queue_admin.hpp"
#include "rabbitmq/report_publisher.hpp"
#include "services/common/system_clock.hpp"
#include "services/common/telemetry.hpp"
#include "services/report_generator/options.hpp"
#include "services/report_generator/requeueing_publisher.hpp"
#include "services/report_generator/timed_publisher.hpp"

namespace invoicing::services {

/// Members in the order in which they depend on each other, hence also of their life. Contexts on
/// which its calls were awaited outlive it, unless close() came first.
class GeneratorParts {
 public:
  /// Connects in the background.
  GeneratorParts(ReportGeneratorOptions start_options, std::unique_ptr<mongo::Client> mongo_client);

  /// Takes documents of the original into the books; what cannot be is named in the log, when it is
  /// news. Errors of mongo::Adoption.
  Task<Result<void>> adopt();

  /// Of both connections, the one that lacks something first. At once, any thread.
  rabbitmq::ConnectionStatus broker_status() const;
  /// Waits up to `most` for both; for commands that run and end. Error queue_unavailable.
  Task<Result<void>> connect_broker(std::chrono::milliseconds most) const;

  /// Ends the connections; what waits is answered. Nothing may be called after it. Blocks.
  void close();

  const ReportGeneratorOptions options;
  ops::Metrics metrics;
  Telemetry telemetry{metrics};
  SystemClock clock;
  InvoiceIdGenerator ids;
  std::unique_ptr<mongo::Client> client;
  std::unique_ptr<rabbitmq::RabbitReportPublisher> publisher;
  std::unique_ptr<rabbitmq::RabbitQueueAdmin> queue;

  mongo::MongoSalesLedger ledger;
  mongo::MongoReportStore reports;
  mongo::MongoDeliveryLedger deliveries;
  mongo::Adoption adoption;
  TimedPublisher timed_publisher;
  RequeueingPublisher requeueing_publisher;

  CloseDays close_days;
  PreviewDay preview_day;
  PublishReports publish_reports;
  AuditBooks audit_books;

 private:
  std::int64_t left_out_ = 0;  // documents that the last adoption could not take
};

}  // namespace invoicing::services
