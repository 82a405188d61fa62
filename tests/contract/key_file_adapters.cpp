// API keys in a file; everything beside them is in memory.

#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>

#include "keyfile/file_api_key_store.hpp"
#include "tests/contract/adapters.hpp"
#include "tests/support/temp_folder.hpp"

namespace invoicing::testing {
namespace {

class KeyFileAdapters final : public Adapters {
 public:
  explicit KeyFileAdapters(AdapterSetup setup) : stores_(all_adapters().front().make(setup)) {
    // A file without keys: one that is not there is an error to all(), as it is to the operator.
    std::ofstream(file_) << "# the tills\n\n";
    open_.emplace(file_, nullptr);
  }

  InvoiceStore& invoices() override { return stores_->invoices(); }
  SalesLedger& ledger() override { return stores_->ledger(); }
  ReportStore& reports() override { return stores_->reports(); }
  Outbox& outbox() override { return stores_->outbox(); }
  ReportPublisher& publisher() override { return stores_->publisher(); }
  ReportInbox& inbox() override { return stores_->inbox(); }
  ReportQueueAdmin& queue() override { return stores_->queue(); }
  DeliveryLedger& deliveries() override { return stores_->deliveries(); }
  SessionStore& sessions() override { return stores_->sessions(); }
  ActivityLog& activity() override { return stores_->activity(); }
  ApiKeyStore& keys() override { return *open_; }
  void restart() override {
    stores_->restart();
    open_.emplace(file_, nullptr);
  }

 private:
  TempFolder folder_;
  std::filesystem::path file_ = folder_.path() / "keys";
  std::unique_ptr<Adapters> stores_;
  std::optional<keyfile::FileApiKeyStore> open_;
};

}  // namespace

std::vector<AdapterKind> key_adapters() {
  auto kinds = all_adapters();
  kinds.push_back(
      {"file", [](AdapterSetup setup) { return std::make_unique<KeyFileAdapters>(setup); }});
  return kinds;
}

}  // namespace invoicing::testing
