#pragma once
// The wiring of the standalone: the only place that names its adapters. Everything else takes
// references to ports. Used by the service and by the commands that work on the store directly.

#include <filesystem>
#include <memory>

#include "app/audit_books.hpp"
#include "app/close_days.hpp"
#include "app/create_invoice.hpp"
#include "app/dead_letters.hpp"
#include "app/deliver_report.hpp"
#include "app/delivery_status.hpp"
#include "app/preview_day.hpp"
#include "app/publish_reports.hpp"
#include "app/record_activity.hpp"
#include "app/sales_by_hour.hpp"
#include "app/void_invoice.hpp"
#include "domain/result.hpp"
#include "keyfile/file_api_key_store.hpp"
#include "ops/metrics.hpp"
#include "rest/change_feed.hpp"
#include "services/common/change_observer.hpp"
#include "services/common/mail_parts.hpp"
#include "services/common/system_clock.hpp"
#include "services/common/telemetry.hpp"
#include "services/standalone/options.hpp"
#include "sqlite/activity_log.hpp"
#include "sqlite/api_key_store.hpp"
#include "sqlite/database.hpp"
#include "sqlite/delivery_ledger.hpp"
#include "sqlite/invoice_store.hpp"
#include "sqlite/report_queue.hpp"
#include "sqlite/report_store.hpp"
#include "sqlite/sales_ledger.hpp"
#include "sqlite/session_store.hpp"

namespace invoicing::services {

enum class StoreAccess { read_write, read_only };

/// Members in the order in which they depend on each other, hence also of their life.
class StandaloneParts {
 public:
  /// Opens the store and checks the mail settings. Errors: validation_failed (mail settings),
  /// storage_unavailable (the folder: locked, not writable, no store in read-only mode); each with
  /// one line for the operator.
  static Result<std::unique_ptr<StandaloneParts>> open(const StandaloneOptions& options,
                                                       StoreAccess access);

  const StandaloneOptions options;
  const std::unique_ptr<ops::Metrics> metrics;
  Telemetry telemetry{*metrics};
  rest::ChangeFeed changes;
  ChangeObserver observer{telemetry, changes};
  SystemClock clock;
  InvoiceIdGenerator ids;
  MailParts mail;
  std::unique_ptr<sqlite::Database> database;

  sqlite::SqliteInvoiceStore invoices;
  sqlite::SqliteSalesLedger ledger;
  sqlite::SqliteReportStore reports;
  sqlite::SqliteReportQueue queue;
  sqlite::SqliteDeliveryLedger deliveries;
  sqlite::SqliteApiKeyStore stored_keys;
  sqlite::SqliteSessionStore sessions;
  keyfile::FileApiKeyStore keys_file;
  ApiKeyStore& keys;  ///< one of the two
  sqlite::SqliteActivityLog activity;

  CreateInvoice create_invoice;
  VoidInvoice void_invoice;
  RecordActivity record_activity;
  CloseDays close_days;
  PreviewDay preview_day;
  SalesByHour sales_by_hour;
  PublishReports publish_reports;
  DeliverReport deliver_report;
  ReportDelivery report_delivery;
  DeadLetters dead_letters;
  AuditBooks audit_books;

 private:
  StandaloneParts(const StandaloneOptions& start_options, std::unique_ptr<ops::Metrics> made,
                  MailParts mail_parts, std::unique_ptr<sqlite::Database> opened);
};

}  // namespace invoicing::services
