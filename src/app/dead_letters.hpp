#pragma once
// What an operator does with messages that were parked: look, try again, let go.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "async/task.hpp"
#include "domain/result.hpp"
#include "ports/delivery_ledger.hpp"
#include "ports/report_queue.hpp"
#include "ports/report_store.hpp"

namespace invoicing {

struct DeadLetter {
  std::string message_id;
  std::optional<Day> business_day;  ///< of its report; none: a preview, or of another program
  Instant since{};
  std::int64_t attempts = 0;
  std::string reason;
};

/// Thread-safe. References outlive the object.
class DeadLetters {
 public:
  DeadLetters(ReportStore& reports, DeliveryLedger& ledger, ReportQueueAdmin& queue)
      : reports_(reports), ledger_(ledger), queue_(queue) {}

  /// The oldest `limit`, oldest first. Errors of the doors.
  Task<Result<std::vector<DeadLetter>>> list(std::size_t limit);

  /// Errors of the doors; dead_letter_not_found.
  Task<Result<DeadLetter>> find(const std::string& message_id);

  /// Tries again whom the mail server refused or put off for too long; who has the mail gets no
  /// second one. Returns the letter as it was. Errors of the doors; dead_letter_not_found.
  Task<Result<DeadLetter>> requeue(const std::string& message_id, const Trace& asked_by);

  /// Lets the message go for good: nobody is tried any more, and its report counts as done. Returns
  /// the letter as it was. Errors of the doors; dead_letter_not_found.
  Task<Result<DeadLetter>> drop(const std::string& message_id);

 private:
  ReportStore& reports_;
  DeliveryLedger& ledger_;
  ReportQueueAdmin& queue_;
};

}  // namespace invoicing
