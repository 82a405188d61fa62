#include "tests/simulation/mail_doors.hpp"

#include <algorithm>
#include <utility>

#include "codec/report_json.hpp"
#include "tests/simulation/door.hpp"

namespace invoicing::simulation {

Task<Result<std::optional<OutboxEntry>>> OutboxDoor::entry(ReportNumber number) {
  const auto run = [&] { return outbox_.entry(number); };
  auto entry = co_await call<std::optional<OutboxEntry>>(line_, Service::store_read, "entry", run);
  co_return entry;
}

Task<Result<std::vector<OutboxEntry>>> OutboxDoor::open_entries() {
  const auto run = [&] { return outbox_.open_entries(); };
  auto open =
      co_await call<std::vector<OutboxEntry>>(line_, Service::store_read, "open entries", run);
  co_return open;
}

Task<Result<OutboxEntry>> OutboxDoor::lease(ReportNumber number, Instant now, Instant until) {
  const auto run = [&] { return outbox_.lease(number, now, until); };
  auto leased = co_await call<OutboxEntry>(line_, Service::store_write, "lease", run);
  co_return leased;
}

Task<Result<void>> OutboxDoor::mark_published(ReportNumber number, std::int64_t sends,
                                              Instant now) {
  const auto run = [&] { return outbox_.mark_published(number, sends, now); };
  const auto seen = [&](const Result<void>& marked) {
    if (marked) line_.world.mail.marked_published(number, sends);
  };
  auto marked = co_await call<void>(line_, Service::store_write, "mark published", run, seen);
  co_return marked;
}

Task<Result<void>> OutboxDoor::mark_failed(ReportNumber number, std::int64_t sends,
                                           const std::string& reason) {
  const auto run = [&] { return outbox_.mark_failed(number, sends, reason); };
  auto marked = co_await call<void>(line_, Service::store_write, "mark failed", run);
  co_return marked;
}

Task<Result<void>> OutboxDoor::mark_done(ReportNumber number, std::int64_t sends, Instant now) {
  const auto run = [&] { return outbox_.mark_done(number, sends, now); };
  const auto seen = [&](const Result<void>& marked) {
    if (marked) line_.world.mail.marked_done(number, sends);
  };
  auto marked = co_await call<void>(line_, Service::store_write, "mark done", run, seen);
  co_return marked;
}

Task<Result<OutboxEntry>> OutboxDoor::resend(ReportNumber number, std::int64_t sends,
                                             const invoicing::Trace& asked_by) {
  const auto run = [&] { return outbox_.resend(number, sends, asked_by); };
  const auto seen = [&](const Result<OutboxEntry>& entry) {
    if (entry) line_.world.mail.resent(number, entry->sends);
  };
  auto entry = co_await call<OutboxEntry>(line_, Service::store_write, "resend", run, seen);
  co_return entry;
}

Task<Result<void>> OutboxDoor::republish(ReportNumber number, std::int64_t sends, OutboxState from,
                                         const invoicing::Trace& asked_by) {
  const auto run = [&] { return outbox_.republish(number, sends, from, asked_by); };
  auto again = co_await call<void>(line_, Service::store_write, "republish", run);
  co_return again;
}

Task<Result<void>> QueueDoor::publish(const ReportMessage& message) {
  Random& random = line_.world.random;
  // Confirmed and gone: a broker's disk breaks, or an operator empties the queue.
  const bool lost = random.permille(line_.world.faults.weather().queue) && random.one_in(8);
  const auto run = [&]() -> Task<Result<void>> {
    if (lost) co_return Result<void>();
    const auto taken = co_await queue_.publish(message);
    co_return taken;
  };
  const auto seen = [&](const Result<void>& taken) {
    if (!taken) return;
    line_.world.mail.published(message);
    if (lost) return;
    if (random.permille(line_.world.faults.weather().queue)) {
      // A broker may hold a second copy, and bring it at once or when it likes.
      const Milliseconds longest = random.one_in(2) ? Milliseconds{10'000} : std::chrono::hours{30};
      const Milliseconds late{random.between(0, longest.count())};
      queue_.duplicate(0, late);
    }
    line_.world.scheduler.ring();
  };
  auto taken = co_await call<void>(line_, Service::queue, "publish", run, seen);
  co_return taken;
}

Task<Result<std::optional<ReceivedMessage>>> QueueDoor::receive(Milliseconds wait) {
  using Received = std::optional<ReceivedMessage>;
  const Instant deadline = line_.clock.now() + wait;
  const auto run = [&] { return queue_.receive(Milliseconds{0}); };
  const auto seen = [&](const Result<Received>& got) {
    if (got && *got) taken_[(*got)->tag] = (*got)->message.message_id;
  };
  for (;;) {
    auto got = co_await call<Received>(line_, Service::queue, "receive", run, seen);
    if (!got) lose_connection();
    if (!got || *got || line_.clock.now() >= deadline) co_return got;
    const Instant due = queue_.next_due().value_or(deadline);
    const Instant now = line_.clock.now();
    co_await line_.clock.sleep_until_bell(std::clamp(due, now + Milliseconds{1}, deadline));
  }
}

template <typename Run, typename Seen>
Task<Result<void>> QueueDoor::settle(std::int64_t tag, const char* what, Run& run, Seen& seen) {
  if (!taken_.contains(tag)) {
    co_return Error(ErrorCode::queue_unavailable, "the connection of this message is gone");
  }
  const auto done = [&](const Result<void>& settled) {
    if (!settled || !taken_.contains(tag)) return;
    seen(taken_[tag]);
    taken_.erase(tag);
  };
  auto settled = co_await call<void>(line_, Service::queue, what, run, done);
  if (!settled) lose_connection();
  co_return settled;
}

Task<Result<void>> QueueDoor::acknowledge(std::int64_t tag) {
  const auto run = [&] { return queue_.acknowledge(tag); };
  const auto seen = [&](const std::string& id) { line_.world.mail.acknowledged(id); };
  auto settled = co_await settle(tag, "acknowledge", run, seen);
  co_return settled;
}

Task<Result<void>> QueueDoor::retry(std::int64_t tag, Milliseconds delay,
                                    const std::string& reason) {
  const auto run = [&] { return queue_.retry(tag, delay, reason); };
  const auto seen = [&](const std::string& id) {
    line_.world.mail.retried(id, line_.world.scheduler.wall());
    line_.world.scheduler.ring();
  };
  auto settled = co_await settle(tag, "retry later", run, seen);
  co_return settled;
}

Task<Result<void>> QueueDoor::dead_letter(std::int64_t tag, const std::string& reason) {
  const auto run = [&] { return queue_.dead_letter(tag, reason); };
  const auto seen = [&](const std::string& id) { line_.world.mail.parked(id); };
  auto settled = co_await settle(tag, "park", run, seen);
  co_return settled;
}

Task<Result<QueueDepth>> QueueDoor::depth() {
  const auto run = [&] { return queue_.depth(); };
  auto depth = co_await call<QueueDepth>(line_, Service::queue, "depth", run);
  co_return depth;
}

Task<Result<std::optional<DeadMessage>>> QueueDoor::find_dead(const std::string& message_id) {
  const auto run = [&] { return queue_.find_dead(message_id); };
  auto dead = co_await call<std::optional<DeadMessage>>(line_, Service::queue, "find dead", run);
  co_return dead;
}

Task<Result<bool>> QueueDoor::requeue_dead(const std::string& message_id,
                                           const invoicing::Trace& asked_by) {
  const auto run = [&] { return queue_.requeue_dead(message_id, asked_by); };
  const auto seen = [&](const Result<bool>&) { line_.world.scheduler.ring(); };
  auto requeued = co_await call<bool>(line_, Service::queue, "requeue", run, seen);
  co_return requeued;
}

Task<Result<std::vector<DeadMessage>>> QueueDoor::list_dead(std::size_t limit) {
  const auto run = [&] { return queue_.list_dead(limit); };
  auto dead = co_await call<std::vector<DeadMessage>>(line_, Service::queue, "list dead", run);
  co_return dead;
}

Task<Result<bool>> QueueDoor::drop_dead(const std::string& message_id) {
  const auto run = [&] { return queue_.drop_dead(message_id); };
  auto dropped = co_await call<bool>(line_, Service::queue, "drop", run);
  co_return dropped;
}

void QueueDoor::lose_connection() {
  for (const auto& [tag, id] : taken_) queue_.redeliver(tag);
  taken_.clear();
  line_.world.scheduler.ring();
}

Task<Result<DeliveryLedger::Claim>> LedgerDoor::claim(const std::string& message_id,
                                                      const std::string& recipient, Instant now,
                                                      Instant until) {
  const auto run = [&] { return ledger_.claim(message_id, recipient, now, until); };
  const auto seen = [&](const Result<Claim>& claim) {
    if (claim && claim->claimed) line_.world.mail.claimed(line_.id, {message_id, recipient});
  };
  auto claim = co_await call<Claim>(line_, Service::store_write, "claim", run, seen);
  co_return claim;
}

Task<Result<void>> LedgerDoor::settle(const std::string& message_id, const std::string& recipient,
                                      DeliveryState state, const std::string& reason, Instant now) {
  const auto run = [&] { return ledger_.settle(message_id, recipient, state, reason, now); };
  const auto seen = [&](const Result<void>& settled) {
    if (settled) {
      const Instant wall = line_.world.scheduler.wall();
      line_.world.mail.settled(line_.id, {message_id, recipient}, state, wall);
    }
  };
  auto settled = co_await call<void>(line_, Service::store_write, "settle", run, seen);
  if (!settled) line_.world.mail.settling_failed(line_.id, {message_id, recipient});
  co_return settled;
}

Task<Result<void>> LedgerDoor::reopen_refused(const std::string& message_id) {
  const auto run = [&] { return ledger_.reopen_refused(message_id); };
  const auto seen = [&](const Result<void>& reopened) {
    if (reopened) line_.world.mail.reopened(message_id);
  };
  auto reopened = co_await call<void>(line_, Service::store_write, "reopen", run, seen);
  co_return reopened;
}

Task<Result<void>> LedgerDoor::drop_refused(const std::string& message_id) {
  const auto run = [&] { return ledger_.drop_refused(message_id); };
  auto dropped = co_await call<void>(line_, Service::store_write, "drop refused", run);
  co_return dropped;
}

Task<Result<std::vector<Delivery>>> LedgerDoor::refused(std::size_t limit) {
  const auto run = [&] { return ledger_.refused(limit); };
  auto found = co_await call<std::vector<Delivery>>(line_, Service::store_read, "refused", run);
  co_return found;
}

Task<Result<std::vector<Delivery>>> LedgerDoor::deliveries(const std::string& message_id) {
  const auto run = [&] { return ledger_.deliveries(message_id); };
  auto found = co_await call<std::vector<Delivery>>(line_, Service::store_read, "deliveries", run);
  co_return found;
}

Result<OutgoingMail> ReportRenderer::render(const SalesReport& report,
                                            const std::string& message_id,
                                            const std::string& recipient,
                                            const invoicing::Trace&) const {
  return OutgoingMail{message_id, "from@localhost", recipient, codec::write_report_message(report)};
}

Result<std::string> ReportRenderer::render_html(const SalesReport&) const {
  return std::string();
}

Task<MailOutcome> MailDoor::send(const OutgoingMail& mail) {
  Surroundings& world = line_.world;
  const MailKey key{mail.message_id, mail.recipient};
  world.mail.offered(line_.id, key, mail);
  co_await world.scheduler.pause(line_.id, world.faults.mail_latency());
  MailOutcome outcome;
  const MailFault fault = world.faults.of_mail();
  switch (fault) {
    case MailFault::none:
      world.mail.accepted(line_.id, key, false);
      break;
    case MailFault::lost_taken:
      world.mail.accepted(line_.id, key, true);
      outcome = {MailResult::try_again, MailReason::lost_answer, "the simulated line broke"};
      break;
    case MailFault::lost_not_taken:
      outcome = {MailResult::try_again, MailReason::lost_answer, "the simulated line broke"};
      break;
    case MailFault::later:
      outcome = {MailResult::try_again, MailReason::temporary_refusal, "451 not now"};
      break;
    case MailFault::refused:
      world.mail.refused(line_.id, key);
      outcome = {MailResult::refused, MailReason::recipient_refused, "550 no such mailbox"};
      break;
  }
  if (outcome.result == MailResult::try_again) {
    world.mail.put_off(line_.id, key, world.scheduler.wall());
  }
  co_await world.scheduler.pause(line_.id, world.faults.mail_latency());
  co_return outcome;
}

}  // namespace invoicing::simulation
