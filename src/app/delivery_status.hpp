#pragma once
// How far the mail of a report has come, in one value for GET /reports/{businessDay}; and the way
// to ask for it again.

#include <optional>
#include <string>
#include <vector>

#include "async/task.hpp"
#include "domain/result.hpp"
#include "ports/delivery_ledger.hpp"
#include "ports/report_queue.hpp"
#include "ports/report_store.hpp"

namespace invoicing {

enum class DeliveryProgress {
  sealed,     ///< not on the queue yet
  published,  ///< on the queue, or being mailed
  done,       ///< every recipient has it, or an operator has dropped the others
  dead,       ///< parked: nothing more happens without an operator
};

struct DeliveryStatus {
  DeliveryProgress progress = DeliveryProgress::sealed;
  OutboxEntry outbox;
  std::string last_error;            ///< of the latest step that failed; empty when all is well
  std::int64_t attempts = 0;         ///< most attempts that a recipient took
  std::vector<Delivery> recipients;  ///< those tried so far
};

/// Thread-safe. References outlive the object.
class ReportDelivery {
 public:
  ReportDelivery(Outbox& outbox, DeliveryLedger& ledger, ReportQueueAdmin& queue)
      : outbox_(outbox), ledger_(ledger), queue_(queue) {}

  /// Errors of the doors; report_not_found.
  Task<Result<DeliveryStatus>> status(ReportNumber number);

  /// Sends the report again: a dead one continues where it stopped (who has it is not mailed a
  /// second time), a done one goes to everybody once more under a new message id.
  /// Errors of the doors; report_not_found; delivery_under_way while the last send is not settled,
  /// also for the second of two who ask at once.
  Task<Result<DeliveryStatus>> resend(ReportNumber number, const Trace& asked_by);

 private:
  Outbox& outbox_;
  DeliveryLedger& ledger_;
  ReportQueueAdmin& queue_;
};

}  // namespace invoicing
