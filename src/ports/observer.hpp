#pragma once
// What happened, once and typed. The wiring decides what becomes a log line and what a metric. The
// trace of an event is that of the send it belongs to.

#include <chrono>
#include <string>
#include <variant>

#include "domain/instant.hpp"
#include "domain/sales_report.hpp"
#include "domain/trace.hpp"
#include "ports/mailer.hpp"

namespace invoicing {

struct InvoiceRecorded {
  bool replayed = false;  ///< it was there already: a retry with the same key
};

struct InvoiceVoided {};

struct ReportSealed {
  ReportNumber number = 0;
  Day business_day{};
  Instant sealed_at{};
  std::size_t corrections = 0;
  Trace trace{};
};

/// A closing could not be finished; it is tried again.
struct ClosingFailed {
  std::string reason;
};

struct ReportPublished {
  ReportNumber number = 0;
  std::string message_id;
  Trace trace{};
};

/// The queue did not take a report; it is tried again.
struct PublishingFailed {
  ReportNumber number = 0;
  std::string reason;
  Trace trace{};
};

struct MailSent {
  std::string message_id;
  std::int64_t attempts = 0;
  Trace trace{};
};

/// Not now; tried again after `delay`.
struct MailDeferred {
  std::string message_id;
  MailReason reason = MailReason::none;
  std::string detail;
  std::chrono::milliseconds delay{0};
  Trace trace{};
};

struct MailRefused {
  std::string message_id;
  MailReason reason = MailReason::none;
  std::string detail;
  Trace trace{};
};

/// Put off for so long that it is not tried again; `reason` and `detail` are of the last try.
struct MailGivenUp {
  std::string message_id;
  MailReason reason = MailReason::none;
  std::string detail;
  Trace trace{};
};

/// A message went to the dead letters: nothing more happens to it without an operator.
struct MessageDead {
  std::string message_id;
  std::string reason;
  Trace trace{};
};

/// Every recipient of a report has its mail, or has refused it for good, and the outbox knows.
struct DeliveryDone {
  ReportNumber number = 0;
  std::string message_id;
  Trace trace{};
};

/// The ledger or the queue could not be reached while a message was under way; tried again.
struct DeliveryInterrupted {
  std::string message_id;
  std::string reason;
  Trace trace{};
};

using Event = std::variant<InvoiceRecorded, InvoiceVoided, ReportSealed, ClosingFailed,
                           ReportPublished, PublishingFailed, MailSent, MailDeferred, MailRefused,
                           MailGivenUp, MessageDead, DeliveryDone, DeliveryInterrupted>;

/// Thread-safe; returns at once.
class Observer {
 public:
  virtual ~Observer() = default;
  virtual void observe(const Event& event) = 0;
};

}  // namespace invoicing
