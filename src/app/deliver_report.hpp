#pragma once
// Takes one message from the queue, mails it to each recipient who does not have it yet, and
// acknowledges only then. A mail goes out at least once and normally exactly once; the one window
// for a second is between the server's acceptance and the ledger's write. Whoever cannot be reached
// is given up in the end, and the message parked where an operator sees it.

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "app/backoff.hpp"
#include "async/task.hpp"
#include "domain/result.hpp"
#include "ports/clock.hpp"
#include "ports/delivery_ledger.hpp"
#include "ports/mailer.hpp"
#include "ports/observer.hpp"
#include "ports/report_queue.hpp"
#include "ports/report_store.hpp"

namespace invoicing {

struct DeliverOptions {
  std::vector<std::string> recipients;  ///< at least one
  BackoffOptions backoff;
  /// How long a claim on (message, recipient) keeps other senders off; must outlast the whole SMTP
  /// dialogue with all its time-outs.
  std::chrono::milliseconds claim{std::chrono::minutes{5}};
  /// A try that the mail server puts off is the last one when the message has been failing for so
  /// long. Counted from its first failure, not from its publishing: what waited for a sender that
  /// did not run has not been tried yet.
  std::chrono::hours give_up_after{24};
  std::uint64_t jitter_seed = 0;
  Currency original_currency;  ///< of reports of the NestJS original, which name none
};

/// Used by one coroutine at a time. References outlive the object.
class DeliverReport {
 public:
  struct Doors {
    ReportInbox& inbox;
    DeliveryLedger& ledger;
    Outbox& outbox;
    const MailRenderer& renderer;
    MailTransport& transport;
    Clock& clock;
    Observer& observer;
  };

  DeliverReport(Doors doors, DeliverOptions options);

  /// Waits up to `wait` for a message and deals with it. False when none came. Errors: the queue
  /// could not be reached (queue_unavailable); the message, if one was received, comes again.
  Task<Result<bool>> deliver_next(std::chrono::milliseconds wait);

 private:
  enum class Outcome { sent, refused, given_up, later };
  struct Attempt {
    Outcome outcome = Outcome::later;
    MailReason reason = MailReason::none;
    std::string detail;
  };

  Task<Result<void>> deliver(const ReceivedMessage& received, const SalesReport& report);
  Task<Attempt> deliver_to(const std::string& recipient, const ReceivedMessage& received,
                           const SalesReport& report);
  Task<Attempt> send(const OutgoingMail& mail, const std::optional<Instant>& failing_since);
  Task<Result<void>> settle(const ReportMessage& message, const std::string& recipient,
                            DeliveryState state, const std::string& reason);
  static DeliveryState state_after(Outcome outcome);
  void tell(const ReportMessage& message, std::int64_t attempts, const Attempt& attempt);
  Task<Result<void>> bury(const ReceivedMessage& received, const std::string& reason);
  Task<Result<void>> note_done(const SalesReport& report, const ReportMessage& message);

  Doors doors_;
  DeliverOptions options_;
  Backoff backoff_;
};

}  // namespace invoicing
