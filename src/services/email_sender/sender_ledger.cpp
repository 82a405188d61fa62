#include "services/email_sender/sender_ledger.hpp"

#include <string>
#include <utility>

#include "mongo/delivery_ledger.hpp"
#include "mongo/report_store.hpp"
#include "ops/log.hpp"
#include "services/email_sender/no_outbox.hpp"
#include "sqlite/database.hpp"
#include "sqlite/delivery_ledger.hpp"

namespace invoicing::services {

namespace {

class MongoSenderLedger final : public SenderLedger {
 public:
  explicit MongoSenderLedger(std::unique_ptr<mongo::Client> client)
      : client_(std::move(client)), deliveries_(*client_), reports_(*client_) {}

  DeliveryLedger& deliveries() override { return deliveries_; }
  Outbox& outbox() override { return reports_; }
  mongo::Client* client() override { return client_.get(); }
  Task<Result<void>> prepare() override { co_return Result<void>(); }
  void close() override { client_->close(); }

 private:
  std::unique_ptr<mongo::Client> client_;
  mongo::MongoDeliveryLedger deliveries_;
  mongo::MongoReportStore reports_;
};

class FileSenderLedger final : public SenderLedger {
 public:
  explicit FileSenderLedger(std::unique_ptr<sqlite::Database> database)
      : database_(std::move(database)), deliveries_(*database_) {}

  DeliveryLedger& deliveries() override { return deliveries_; }
  Outbox& outbox() override { return outbox_; }
  mongo::Client* client() override { return nullptr; }
  Task<Result<void>> prepare() override { return deliveries_.release_claims(); }
  void close() override { database_->close(); }

 private:
  std::unique_ptr<sqlite::Database> database_;
  sqlite::SqliteDeliveryLedger deliveries_;
  NoOutbox outbox_;
};

}  // namespace

std::unique_ptr<SenderLedger> ledger_in_mongo(std::unique_ptr<mongo::Client> client) {
  return std::make_unique<MongoSenderLedger>(std::move(client));
}

Result<std::unique_ptr<SenderLedger>> ledger_in_file(const std::filesystem::path& data_dir,
                                                     LedgerAccess access) {
  sqlite::DatabaseOptions options;
  options.folder = data_dir;
  options.read_only = access == LedgerAccess::read_only;
  options.log = [](const std::string& line) { ops::log::warning(line); };
  auto database = sqlite::Database::open(std::move(options));
  if (!database) return database.error();
  return std::unique_ptr<SenderLedger>(std::make_unique<FileSenderLedger>(std::move(*database)));
}

}  // namespace invoicing::services
