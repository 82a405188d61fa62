#pragma once
// The door to the queue `daily_sales_report`: at least once, acknowledged after the mail is out.
// Adapters: sqlite (a table in the same file), rabbitmq, memory (tests).

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "async/task.hpp"
#include "domain/instant.hpp"
#include "domain/result.hpp"
#include "domain/trace.hpp"

namespace invoicing {

struct ReportMessage {
  std::string message_id;
  std::string body;  ///< JSON as api/daily_sales_report.schema.json has it
  Trace trace{};     ///< what made it be sent; empty where its publisher does not say
};

struct ReceivedMessage {
  std::int64_t tag = 0;  ///< names this delivery to acknowledge, retry or dead_letter
  ReportMessage message;
  std::int64_t attempt = 1;  ///< 1 at the first delivery
  /// When it was first put off by retry(); nothing before that. Outlives receivers and brokers.
  std::optional<Instant> failing_since;
};

struct DeadMessage {
  ReportMessage message;
  std::string reason;
  Instant since{};
  std::int64_t attempts = 0;
};

struct QueueDepth {
  std::int64_t ready = 0;           ///< waits to be received
  std::int64_t delayed = 0;         ///< waits for its next try
  std::int64_t unacknowledged = 0;  ///< received by this process, not settled
  std::int64_t dead = 0;
};

/// No message is delayed for longer.
constexpr std::chrono::milliseconds kLongestDelay = std::chrono::hours{1};

/// Whether a waiting message may be received. One that would wait for longer than any may was put
/// there when the clock was wrong: it must not wait until the time that it showed.
constexpr bool is_due(Instant due, Instant now) {
  return due <= now || due > now + kLongestDelay;
}

/// Whether a wait that began at `begin` is over; one during which the clock is set back is.
constexpr bool is_over(Instant begin, std::chrono::milliseconds wait, Instant now) {
  return now < begin || now >= begin + wait;
}

/// The generator's side. Thread-safe. Error of all calls: queue_unavailable.
class ReportPublisher {
 public:
  virtual ~ReportPublisher() = default;

  /// Resumes once the queue has taken the message durably. A message with a message_id that still
  /// waits in the queue may or may not be stored a second time: receivers are idempotent. One that
  /// is dead is delivered again; the dead one goes, or (rabbitmq) stays until an operator drops it.
  virtual Task<Result<void>> publish(const ReportMessage& message) = 0;
};

/// The sender's side. Thread-safe. Error of all calls: queue_unavailable.
class ReportInbox {
 public:
  virtual ~ReportInbox() = default;

  /// The next message that is due; nothing after `wait` without one (is_over), or when cancelled.
  /// What was received and not settled (also because the process ended) is delivered again.
  virtual Task<Result<std::optional<ReceivedMessage>>> receive(std::chrono::milliseconds wait) = 0;

  /// The message is dealt with and goes.
  virtual Task<Result<void>> acknowledge(std::int64_t tag) = 0;
  /// Deliver it again after `delay`, at most kLongestDelay, with attempt + 1. rabbitmq: after the
  /// next of its fixed steps. The first time failing_since becomes now and stays that; one that
  /// lies ahead was written by a wrong clock and becomes now as well.
  virtual Task<Result<void>> retry(std::int64_t tag, std::chrono::milliseconds delay,
                                   const std::string& reason) = 0;
  /// Park it where an operator sees it.
  virtual Task<Result<void>> dead_letter(std::int64_t tag, const std::string& reason) = 0;
};

/// What an operator does with the queue. Thread-safe. Error of all calls: queue_unavailable.
class ReportQueueAdmin {
 public:
  virtual ~ReportQueueAdmin() = default;

  virtual Task<Result<QueueDepth>> depth() = 0;
  /// The message with this id among the dead; nothing when it is not one of them.
  virtual Task<Result<std::optional<DeadMessage>>> find_dead(const std::string& message_id) = 0;
  /// Puts a dead message back into the queue, due at once and as if it were new: attempt 1, not
  /// failing yet, with `asked_by` as its trace unless that is empty. False when none has this id.
  virtual Task<Result<bool>> requeue_dead(const std::string& message_id, const Trace& asked_by) = 0;
  /// The oldest `limit` dead messages, oldest first.
  virtual Task<Result<std::vector<DeadMessage>>> list_dead(std::size_t limit) = 0;
  /// Removes a dead message for good. False when none has this id.
  virtual Task<Result<bool>> drop_dead(const std::string& message_id) = 0;
};

}  // namespace invoicing
