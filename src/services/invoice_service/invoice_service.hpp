#pragma once
// REST on MongoDB: the wiring and the life of `invoice-service`.

#include <atomic>
#include <memory>
#include <vector>

#include "app/create_invoice.hpp"
#include "app/dead_letters.hpp"
#include "app/delivery_status.hpp"
#include "app/preview_day.hpp"
#include "app/record_activity.hpp"
#include "app/sales_by_hour.hpp"
#include "app/void_invoice.hpp"
#include "http/server.hpp"
#include "keyfile/file_api_key_store.hpp"
#include "mail/report_mail_renderer.hpp"
#include "mongo/activity_log.hpp"
#include "mongo/api_key_store.hpp"
#include "mongo/client.hpp"
#include "mongo/delivery_ledger.hpp"
#include "mongo/invoice_store.hpp"
#include "mongo/report_store.hpp"
#include "mongo/sales_ledger.hpp"
#include "mongo/session_store.hpp"
#include "ops/metrics.hpp"
#include "rest/change_feed.hpp"
#include "services/common/access_control.hpp"
#include "services/common/change_observer.hpp"
#include "services/common/roles_thread.hpp"
#include "services/common/service.hpp"
#include "services/common/system_clock.hpp"
#include "services/common/telemetry.hpp"
#include "services/common/tls_watch.hpp"
#include "services/invoice_service/change_poll.hpp"
#include "services/invoice_service/guarded_invoice_store.hpp"
#include "services/invoice_service/ledger_queue_admin.hpp"
#include "services/invoice_service/options.hpp"
#include "services/split/books_opener.hpp"
#include "services/split/mongo_watch.hpp"

namespace invoicing::services {

/// Serves from the start on, also while MongoDB is away: with 503 then.
class InvoiceService final : public Service {
 public:
  /// Listens; needs no server. Errors: one line for the operator.
  static Result<std::unique_ptr<Service>> open(InvoiceServiceOptions options,
                                               std::unique_ptr<mongo::Client> client);
  ~InvoiceService() override;

  void start() override;
  void stop() override;

 private:
  InvoiceService(InvoiceServiceOptions options, std::unique_ptr<mongo::Client> client,
                 std::unique_ptr<mail::ReportMailRenderer> renderer);

  Result<void> listen();
  std::vector<rest::Missing> missing() const;

  const InvoiceServiceOptions options_;
  ops::Metrics metrics_;
  Telemetry telemetry_{metrics_};
  rest::ChangeFeed changes_;
  ChangeObserver observer_{telemetry_, changes_};
  SystemClock clock_;
  InvoiceIdGenerator ids_;
  std::unique_ptr<mongo::Client> client_;
  std::unique_ptr<mail::ReportMailRenderer> renderer_;
  mongo::MongoInvoiceStore stored_invoices_;
  mongo::MongoSalesLedger ledger_;
  mongo::MongoReportStore reports_;
  mongo::MongoDeliveryLedger deliveries_;
  LedgerQueueAdmin queue_;

  RolesThread roles_;
  MongoWatch mongo_watch_;
  BooksOpener books_;
  mongo::MongoActivityLog activity_;
  mongo::MongoApiKeyStore stored_keys_;
  mongo::MongoSessionStore sessions_;
  keyfile::FileApiKeyStore keys_file_;
  AccessControl access_;
  TlsWatch tls_;
  ChangePoll change_poll_;
  GuardedInvoiceStore invoices_;

  CreateInvoice create_invoice_;
  VoidInvoice void_invoice_;
  RecordActivity record_activity_;
  PreviewDay preview_day_;
  SalesByHour sales_by_hour_;
  ReportDelivery report_delivery_;
  DeadLetters dead_letters_;

  std::unique_ptr<http::Server> server_;
  std::unique_ptr<http::Server> ops_server_;  // null: the other one serves health and metrics too
  std::atomic<bool> stopping_{false};
};

}  // namespace invoicing::services
