#pragma once
// The dead letters as far as the database knows of them: invoice-service has no broker.

#include <optional>
#include <string>
#include <vector>

#include "ports/delivery_ledger.hpp"
#include "ports/report_queue.hpp"
#include "ports/report_store.hpp"

namespace invoicing::services {

/// A message is dead when its report is done although a recipient has refused it. References
/// outlive it. Errors are those of the store, as queue_unavailable. depth() knows nothing and says
/// so.
class LedgerQueueAdmin final : public ReportQueueAdmin {
 public:
  LedgerQueueAdmin(ReportStore& reports, Outbox& outbox, DeliveryLedger& ledger)
      : reports_(reports), outbox_(outbox), ledger_(ledger) {}

  Task<Result<QueueDepth>> depth() override;
  Task<Result<std::optional<DeadMessage>>> find_dead(const std::string& message_id) override;
  /// Has the generator bring the message back to the queue, under the same id. False when no report
  /// was last sent under it.
  Task<Result<bool>> requeue_dead(const std::string& message_id, const Trace& asked_by) override;
  /// Without the bodies. Of refusals the longest known 10,000 are looked at.
  Task<Result<std::vector<DeadMessage>>> list_dead(std::size_t limit) override;
  /// Has the generator bring the message back to the queue as requeue_dead() does. The refused must
  /// be dropped in the ledger before: then a sender finds nobody left to try, and the message goes.
  Task<Result<bool>> drop_dead(const std::string& message_id) override;

 private:
  Task<Result<std::optional<OutboxEntry>>> entry_of(const std::string& message_id,
                                                    const std::vector<ReportHead>& heads);
  Task<Result<std::optional<OutboxEntry>>> entry_of(const std::string& message_id);

  ReportStore& reports_;
  Outbox& outbox_;
  DeliveryLedger& ledger_;
};

}  // namespace invoicing::services
