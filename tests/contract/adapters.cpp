#include "tests/contract/adapters.hpp"

#include <optional>
#include <stdexcept>

#include "mongo/activity_log.hpp"
#include "mongo/api_key_store.hpp"
#include "mongo/delivery_ledger.hpp"
#include "mongo/invoice_store.hpp"
#include "mongo/report_store.hpp"
#include "mongo/sales_ledger.hpp"
#include "mongo/session_store.hpp"
#include "sqlite/activity_log.hpp"
#include "sqlite/api_key_store.hpp"
#include "sqlite/delivery_ledger.hpp"
#include "sqlite/invoice_store.hpp"
#include "sqlite/report_queue.hpp"
#include "sqlite/report_store.hpp"
#include "sqlite/sales_ledger.hpp"
#include "sqlite/session_store.hpp"
#include "tests/support/memory/activity_log.hpp"
#include "tests/support/memory/api_key_store.hpp"
#include "tests/support/memory/delivery_ledger.hpp"
#include "tests/support/memory/invoice_store.hpp"
#include "tests/support/memory/report_queue.hpp"
#include "tests/support/memory/report_store.hpp"
#include "tests/support/memory/session_store.hpp"
#include "tests/support/mongo_server/client.hpp"
#include "tests/support/temp_folder.hpp"

namespace invoicing::testing {
namespace {

class MemoryAdapters final : public Adapters {
 public:
  explicit MemoryAdapters(AdapterSetup setup) : invoices_(shared_, setup.unique_reference) {}

  InvoiceStore& invoices() override { return invoices_; }
  SalesLedger& ledger() override { return ledger_; }
  ReportStore& reports() override { return reports_; }
  Outbox& outbox() override { return reports_; }
  ReportPublisher& publisher() override { return queue_; }
  ReportInbox& inbox() override { return queue_; }
  ReportQueueAdmin& queue() override { return queue_; }
  DeliveryLedger& deliveries() override { return deliveries_; }
  ApiKeyStore& keys() override { return keys_; }
  SessionStore& sessions() override { return sessions_; }
  ActivityLog& activity() override { return activity_; }
  void restart() override { queue_.give_back_everything(); }

 private:
  std::shared_ptr<memory::Invoices> shared_ = std::make_shared<memory::Invoices>();
  memory::MemoryInvoiceStore invoices_;
  memory::MemorySalesLedger ledger_{shared_};
  memory::MemoryReportStore reports_;
  memory::MemoryReportQueue queue_{clock};
  memory::MemoryDeliveryLedger deliveries_;
  memory::MemoryApiKeyStore keys_;
  memory::MemorySessionStore sessions_;
  memory::MemoryActivityLog activity_{shared_};
};

class SqliteAdapters final : public Adapters {
 public:
  explicit SqliteAdapters(AdapterSetup setup) : setup_(setup) { open(); }

  InvoiceStore& invoices() override { return open_->invoices; }
  SalesLedger& ledger() override { return open_->ledger; }
  ReportStore& reports() override { return open_->reports; }
  Outbox& outbox() override { return open_->reports; }
  ReportPublisher& publisher() override { return open_->queue; }
  ReportInbox& inbox() override { return open_->queue; }
  ReportQueueAdmin& queue() override { return open_->queue; }
  DeliveryLedger& deliveries() override { return open_->deliveries; }
  ApiKeyStore& keys() override { return open_->keys; }
  SessionStore& sessions() override { return open_->sessions; }
  ActivityLog& activity() override { return open_->activity; }
  void restart() override {
    open_.reset();
    open();
  }

 private:
  struct Open {
    Open(std::unique_ptr<sqlite::Database> opened, Clock& clock, AdapterSetup setup)
        : database(std::move(opened)),
          invoices(*database, {.unique_reference = setup.unique_reference}),
          ledger(*database),
          reports(*database),
          queue(*database, clock),
          deliveries(*database),
          keys(*database),
          sessions(*database),
          activity(*database) {}

    std::unique_ptr<sqlite::Database> database;
    sqlite::SqliteInvoiceStore invoices;
    sqlite::SqliteSalesLedger ledger;
    sqlite::SqliteReportStore reports;
    sqlite::SqliteReportQueue queue;
    sqlite::SqliteDeliveryLedger deliveries;
    sqlite::SqliteApiKeyStore keys;
    sqlite::SqliteSessionStore sessions;
    sqlite::SqliteActivityLog activity;
  };

  void open() {
    sqlite::DatabaseOptions options;
    options.folder = folder_.path();
    auto database = sqlite::Database::open(std::move(options));
    if (!database) throw std::runtime_error(database.error().detail());
    open_.emplace(*std::move(database), clock, setup_);
  }

  TempFolder folder_;
  AdapterSetup setup_;
  std::optional<Open> open_;
};

class MongoAdapters final : public Adapters {
 public:
  explicit MongoAdapters(AdapterSetup setup) : setup_(setup) { open(); }

  InvoiceStore& invoices() override { return open_->invoices; }
  SalesLedger& ledger() override { return open_->ledger; }
  ReportStore& reports() override { return open_->reports; }
  Outbox& outbox() override { return open_->reports; }
  // MongoDB is no queue: beside it stands the one in memory.
  ReportPublisher& publisher() override { return queue_; }
  ReportInbox& inbox() override { return queue_; }
  ReportQueueAdmin& queue() override { return queue_; }
  DeliveryLedger& deliveries() override { return open_->deliveries; }
  ApiKeyStore& keys() override { return open_->keys; }
  SessionStore& sessions() override { return open_->sessions; }
  ActivityLog& activity() override { return open_->activity; }
  bool freezes_snapshots() const override { return false; }
  void restart() override {
    open_.reset();
    open();
    queue_.give_back_everything();
  }

 private:
  struct Open {
    explicit Open(mongo::Client& client)
        : invoices(client),
          ledger(client),
          reports(client),
          deliveries(client),
          keys(client),
          sessions(client),
          activity(client) {}

    mongo::MongoInvoiceStore invoices;
    mongo::MongoSalesLedger ledger;
    mongo::MongoReportStore reports;
    mongo::MongoDeliveryLedger deliveries;
    mongo::MongoApiKeyStore keys;
    mongo::MongoSessionStore sessions;
    mongo::MongoActivityLog activity;
  };

  void open() {
    client_.reset();
    mongo::ClientOptions options;
    options.unique_reference = setup_.unique_reference;
    client_ = open_test_client(database_.uri(), std::move(options));
    open_.emplace(*client_);
  }

  AdapterSetup setup_;
  MongoDatabase database_;
  std::unique_ptr<mongo::Client> client_;
  std::optional<Open> open_;
  memory::MemoryReportQueue queue_{clock};
};

}  // namespace

std::vector<AdapterKind> all_adapters() {
  return {{"memory", [](AdapterSetup setup) { return std::make_unique<MemoryAdapters>(setup); }},
          {"sqlite", [](AdapterSetup setup) { return std::make_unique<SqliteAdapters>(setup); }},
          {"mongo", [](AdapterSetup setup) { return std::make_unique<MongoAdapters>(setup); }}};
}

}  // namespace invoicing::testing
