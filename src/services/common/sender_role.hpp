#pragma once
// The role of email-sender: takes reports from the queue, one after the other, and mails them.

#include <atomic>
#include <cstdint>
#include <functional>

#include "app/backoff.hpp"
#include "app/deliver_report.hpp"
#include "async/task.hpp"
#include "ports/observer.hpp"
#include "services/common/wakeup.hpp"

namespace invoicing::services {

/// Runs as one coroutine on `executor`. References outlive run(). While `may_receive` says false
/// (without the ledger nobody knows who has what) every message stays where it is.
class SenderRole {
 public:
  SenderRole(Executor executor, DeliverReport& deliver, Observer& observer,
             std::uint64_t jitter_seed, std::function<bool()> may_receive = {});

  /// Until stop(). A queue that cannot be reached is observed and tried again with back-off.
  Task<void> run();

  /// Ends run() after the message under way: within half a second when there is none. Any thread.
  void stop();

 private:
  DeliverReport& deliver_;
  const std::function<bool()> may_receive_;
  Observer& observer_;
  Wakeup wakeup_;
  Backoff backoff_;
  std::atomic<bool> stopping_{false};
};

}  // namespace invoicing::services
