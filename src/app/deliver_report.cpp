#include "app/deliver_report.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

#include "codec/report_json.hpp"
#include "domain/hex.hpp"

namespace invoicing {

namespace {

// A report of the NestJS original has no id: its message's id, else its content, names it.
std::string name_of(const ReportMessage& message, const SalesReport& report) {
  if (!message.message_id.empty()) return message.message_id;
  if (!report.report_id.empty()) return report.report_id;
  return "sha256-" + to_hex(sha256(message.body));
}

}  // namespace

DeliverReport::DeliverReport(Doors doors, DeliverOptions options)
    : doors_(doors),
      options_(std::move(options)),
      backoff_(options_.backoff, options_.jitter_seed) {
  assert(!options_.recipients.empty());
}

Task<Result<bool>> DeliverReport::deliver_next(std::chrono::milliseconds wait) {
  auto received = co_await doors_.inbox.receive(wait);
  if (!received) co_return received.error();
  if (!*received) co_return false;
  ReceivedMessage message = std::move(**received);

  const auto report = codec::read_report_message(message.message.body, options_.original_currency);
  if (!report) {
    const std::string reason = "the message cannot be read: " + report.error().detail();
    const auto buried = co_await bury(message, reason);
    if (!buried) co_return buried.error();
    co_return true;
  }
  message.message.message_id = name_of(message.message, *report);
  const auto delivered = co_await deliver(message, *report);
  if (!delivered) co_return delivered.error();
  co_return true;
}

Task<Result<void>> DeliverReport::deliver(const ReceivedMessage& received,
                                          const SalesReport& report) {
  const ReportMessage& message = received.message;
  Attempt refused;
  Attempt later;
  bool any_refused = false;
  bool any_later = false;
  for (const std::string& recipient : options_.recipients) {
    Attempt attempt = co_await deliver_to(recipient, received, report);
    if (attempt.outcome == Outcome::refused || attempt.outcome == Outcome::given_up) {
      any_refused = true;
      refused = std::move(attempt);
    } else if (attempt.outcome == Outcome::later) {
      any_later = true;
      later = std::move(attempt);
    }
  }

  if (any_later) {
    const auto delay = backoff_.after(received.attempt);
    doors_.observer.observe(
        MailDeferred{message.message_id, later.reason, later.detail, delay, message.trace});
    auto delayed = co_await doors_.inbox.retry(received.tag, delay, later.detail);
    co_return delayed;
  }
  // Nothing is left to try, so the outbox must not publish it again; first, because a crash between
  // the two steps then only delivers a message again in which everybody is settled. So does a
  // passing fault of the outbox: without the message nobody would note the end before the outbox
  // takes it for lost.
  const auto noted = co_await note_done(report, message);
  if (!noted) {
    doors_.observer.observe(
        DeliveryInterrupted{message.message_id, noted.error().detail(), message.trace});
    auto delayed = co_await doors_.inbox.retry(received.tag, backoff_.after(received.attempt),
                                               noted.error().detail());
    co_return delayed;
  }
  if (any_refused) {
    auto buried = co_await bury(received, refused.detail);
    co_return buried;
  }
  auto acknowledged = co_await doors_.inbox.acknowledge(received.tag);
  co_return acknowledged;
}

Task<DeliverReport::Attempt> DeliverReport::deliver_to(const std::string& recipient,
                                                       const ReceivedMessage& received,
                                                       const SalesReport& report) {
  const ReportMessage& message = received.message;
  const Instant now = doors_.clock.now();
  const auto claim =
      co_await doors_.ledger.claim(message.message_id, recipient, now, now + options_.claim);
  if (!claim) {
    // Without the ledger nobody knows whether the recipient has it: not sending is the safe side.
    doors_.observer.observe(
        DeliveryInterrupted{message.message_id, claim.error().detail(), message.trace});
    co_return Attempt{Outcome::later, MailReason::none,
                      "the delivery ledger cannot be reached: " + claim.error().detail()};
  }
  const Delivery& entry = claim->delivery;
  // What an operator has dropped is settled: the message may go, and nothing is tried again.
  if (entry.state == DeliveryState::sent || entry.state == DeliveryState::dropped) {
    co_return Attempt{Outcome::sent, {}, {}};
  }
  if (entry.state == DeliveryState::refused) {
    co_return Attempt{Outcome::refused, MailReason::recipient_refused, entry.last_error};
  }
  if (!claim->claimed) {
    co_return Attempt{Outcome::later, MailReason::none, "another sender is at it"};
  }

  Attempt attempt;
  const auto mail = doors_.renderer.render(report, message.message_id, recipient, message.trace);
  if (mail) {
    attempt = co_await send(*mail, received.failing_since);
  } else {
    attempt = {Outcome::refused, MailReason::content_refused, mail.error().detail()};
  }
  const DeliveryState state = state_after(attempt.outcome);
  const auto settled = co_await settle(message, recipient, state, attempt.detail);
  if (!settled) {
    co_return Attempt{Outcome::later, MailReason::none,
                      "the delivery ledger cannot be written: " + settled.error().detail()};
  }
  tell(message, entry.attempts, attempt);
  co_return attempt;
}

DeliveryState DeliverReport::state_after(Outcome outcome) {
  switch (outcome) {
    case Outcome::sent:
      return DeliveryState::sent;
    case Outcome::refused:
    case Outcome::given_up:
      return DeliveryState::refused;
    case Outcome::later:
      break;
  }
  return DeliveryState::waiting;
}

void DeliverReport::tell(const ReportMessage& message, std::int64_t attempts,
                         const Attempt& attempt) {
  switch (attempt.outcome) {
    case Outcome::sent:
      doors_.observer.observe(MailSent{message.message_id, attempts, message.trace});
      return;
    case Outcome::refused:
      doors_.observer.observe(
          MailRefused{message.message_id, attempt.reason, attempt.detail, message.trace});
      return;
    case Outcome::given_up:
      doors_.observer.observe(
          MailGivenUp{message.message_id, attempt.reason, attempt.detail, message.trace});
      return;
    case Outcome::later:
      return;
  }
}

Task<DeliverReport::Attempt> DeliverReport::send(const OutgoingMail& mail,
                                                 const std::optional<Instant>& failing_since) {
  const MailOutcome outcome = co_await doors_.transport.send(mail);
  switch (outcome.result) {
    case MailResult::accepted:
      co_return Attempt{Outcome::sent, outcome.reason, {}};
    case MailResult::refused:
      co_return Attempt{Outcome::refused, outcome.reason, outcome.detail};
    case MailResult::try_again:
      break;
  }
  // Only what the mail server was asked in vain counts: a ledger that is away, or another sender's
  // claim, says nothing about the recipient.
  if (failing_since && doors_.clock.now() - *failing_since >= options_.give_up_after) {
    const std::string hours = std::to_string(options_.give_up_after.count());
    co_return Attempt{Outcome::given_up, outcome.reason,
                      "given up after " + hours + " h: " + outcome.detail};
  }
  co_return Attempt{Outcome::later, outcome.reason, outcome.detail};
}

Task<Result<void>> DeliverReport::settle(const ReportMessage& message, const std::string& recipient,
                                         DeliveryState state, const std::string& reason) {
  // This write is the one that keeps a second mail away, so a passing fault of the store is waited
  // for, up to the end of the claim.
  const Instant last_try = doors_.clock.now() + options_.claim;
  for (std::int64_t attempt = 1;; ++attempt) {
    const Instant now = doors_.clock.now();
    const auto settled =
        co_await doors_.ledger.settle(message.message_id, recipient, state, reason, now);
    if (settled || now >= last_try) co_return settled;
    doors_.observer.observe(
        DeliveryInterrupted{message.message_id, settled.error().detail(), message.trace});
    const Instant next =
        now + std::min<std::chrono::milliseconds>(backoff_.after(attempt), std::chrono::seconds{5});
    co_await doors_.clock.sleep_until(next);
  }
}

Task<Result<void>> DeliverReport::bury(const ReceivedMessage& received, const std::string& reason) {
  const auto buried = co_await doors_.inbox.dead_letter(received.tag, reason);
  if (buried) {
    const ReportMessage& message = received.message;
    doors_.observer.observe(MessageDead{message.message_id, reason, message.trace});
  }
  co_return buried;
}

Task<Result<void>> DeliverReport::note_done(const SalesReport& report,
                                            const ReportMessage& message) {
  const auto entry = co_await doors_.outbox.entry(report.number);
  if (!entry) co_return entry.error();
  // A preview, or a report of the original, has no outbox; an older send is not the one to end.
  if (!*entry || (*entry)->message_id() != message.message_id) co_return Result<void>();
  auto done = co_await doors_.outbox.mark_done(report.number, (*entry)->sends, doors_.clock.now());
  if (done) doors_.observer.observe(DeliveryDone{report.number, message.message_id, message.trace});
  co_return done;
}

}  // namespace invoicing
