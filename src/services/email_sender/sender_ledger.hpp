#pragma once
// Where a sender notes who has got what: in MongoDB, which several senders share and where the
// reports are, or in a file of its own.

#include <filesystem>
#include <memory>

#include "async/task.hpp"
#include "domain/result.hpp"
#include "mongo/client.hpp"
#include "ports/delivery_ledger.hpp"
#include "ports/report_store.hpp"

namespace invoicing::services {

/// Thread-safe.
class SenderLedger {
 public:
  virtual ~SenderLedger() = default;

  virtual DeliveryLedger& deliveries() = 0;
  virtual Outbox& outbox() = 0;
  /// Null where there is only the file.
  virtual mongo::Client* client() = 0;
  /// Before the first delivery in a file: claims of a process that is gone end. In MongoDB nothing.
  virtual Task<Result<void>> prepare() = 0;
  /// Ends it; what waits is still written. Blocks.
  virtual void close() = 0;
};

std::unique_ptr<SenderLedger> ledger_in_mongo(std::unique_ptr<mongo::Client> client);

enum class LedgerAccess { read_write, read_only };

/// The file in `data_dir`. Error storage_unavailable: another sender holds the folder (read_write),
/// it cannot be written, or there is no ledger yet (read_only).
Result<std::unique_ptr<SenderLedger>> ledger_in_file(const std::filesystem::path& data_dir,
                                                     LedgerAccess access);

}  // namespace invoicing::services
