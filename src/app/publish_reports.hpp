#pragma once
// Brings sealed reports to the queue: at least once, under one message id per send.

#include <chrono>
#include <string>

#include "async/task.hpp"
#include "domain/result.hpp"
#include "ports/clock.hpp"
#include "ports/delivery_ledger.hpp"
#include "ports/observer.hpp"
#include "ports/report_queue.hpp"
#include "ports/report_store.hpp"

namespace invoicing {

struct PublishOptions {
  /// How long one generator holds a report while it publishes; another may take it afterwards.
  std::chrono::milliseconds lease{std::chrono::seconds{60}};
  /// A published report without progress for this long is published again under the same message
  /// id: twice the longest delay of the sender. Longer: a lost message is noticed later; shorter:
  /// the queue may hold it twice, which the ledger makes harmless.
  std::chrono::milliseconds stalled_after{std::chrono::minutes{30}};
};

/// What one look at the outbox has come to, in reports.
struct PublishRound {
  int taken = 0;    ///< by the queue, just now
  int waiting = 0;  ///< still to be published: not taken, not readable, or another generator's
};

/// Thread-safe. References outlive the object.
class PublishReports {
 public:
  PublishReports(ReportStore& reports, Outbox& outbox, DeliveryLedger& ledger,
                 ReportPublisher& queue, Clock& clock, Observer& observer,
                 PublishOptions options = {})
      : reports_(reports),
        outbox_(outbox),
        ledger_(ledger),
        queue_(queue),
        clock_(clock),
        observer_(observer),
        options_(options) {}

  /// Tries every report that waits once, oldest first. A report that the queue did not take, or
  /// that cannot be read back, stays where it is, with the reason, and keeps no other from going
  /// out; the next call tries again. Errors of the store only.
  Task<Result<PublishRound>> publish_open();

 private:
  Task<Result<bool>> publish(const OutboxEntry& entry);
  Task<Result<void>> note_failure(const OutboxEntry& leased, std::string reason);
  Task<Result<void>> republish_if_stalled(const OutboxEntry& entry);

  ReportStore& reports_;
  Outbox& outbox_;
  DeliveryLedger& ledger_;
  ReportPublisher& queue_;
  Clock& clock_;
  Observer& observer_;
  PublishOptions options_;
};

}  // namespace invoicing
