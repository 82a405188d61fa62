#include "tests/simulation/mail_watch.hpp"

#include <algorithm>

#include "codec/report_json.hpp"

namespace invoicing::simulation {

namespace {

std::string show(const MailKey& key) {
  return key.first + " to " + key.second;
}

}  // namespace

std::string MailWatch::message_id(ReportNumber number, std::int64_t sends) const {
  const std::string& id = books_.all()[static_cast<std::size_t>(number - 1)].report_id;
  return sends <= 1 ? id : id + "." + std::to_string(sends - 1);
}

std::optional<DeliveryState> MailWatch::state(const MailKey& key) const {
  const auto there = ledger_.find(key);
  return there == ledger_.end() ? std::nullopt : std::optional(there->second);
}

void MailWatch::marked_published(ReportNumber number, std::int64_t sends) {
  const std::string id = message_id(number, sends);
  trace_.expect(published_.contains(id),
                [&] { return id + " is noted as published and was never on the queue"; });
}

void MailWatch::marked_done(ReportNumber number, std::int64_t sends) {
  expect_settled(message_id(number, sends), "noted as done");
  const std::int64_t current = sends_.contains(number) ? sends_[number] : 1;
  if (sends == current) done_[number] = true;
}

void MailWatch::resent(ReportNumber number, std::int64_t sends) {
  const std::int64_t before = sends_.contains(number) ? sends_[number] : 1;
  trace_.expect(done_[number], [&] {
    return message_id(number, before) + " was sent again while it was under way";
  });
  trace_.expect(sends == before + 1, [&] {
    return "resend number " + std::to_string(sends) + " follows " + std::to_string(before);
  });
  sends_[number] = sends;
  done_[number] = false;
  trace_.note("store", [&] { return "asked to send " + message_id(number, sends); });
}

void MailWatch::published(const ReportMessage& message) {
  const std::size_t dot = message.message_id.find('.');
  const auto number = books_.number_of(message.message_id.substr(0, dot));
  trace_.expect(number.has_value(),
                [&] { return message.message_id + " is on the queue and names no report"; });
  if (!number) return;
  const std::int64_t sends = sends_.contains(*number) ? sends_[*number] : 1;
  bool known = false;
  for (std::int64_t send = 1; send <= sends; ++send) {
    known = known || message_id(*number, send) == message.message_id;
  }
  trace_.expect(known, [&] { return message.message_id + " was sent and nobody asked for it"; });
  const SalesReport& report = books_.all()[static_cast<std::size_t>(*number - 1)];
  trace_.expect(message.body == codec::write_report_message(report),
                [&] { return message.message_id + " is not what was sealed: " + message.body; });
  published_.insert(message.message_id);
  trace_.note("queue", [&] { return "took " + message.message_id; });
}

void MailWatch::expect_settled(const std::string& message_id, const char* what) {
  for (const std::string& recipient : recipients_) {
    const MailKey key{message_id, recipient};
    const auto known = state(key);
    trace_.expect(known == DeliveryState::sent || known == DeliveryState::refused, [&] {
      return message_id + " was " + what + " before the ledger knew of " + recipient;
    });
    trace_.expect(known != DeliveryState::sent || mailboxes_.contains(key), [&] {
      return message_id + " was " + what + " and never mailed to " + recipient;
    });
  }
}

void MailWatch::acknowledged(const std::string& message_id) {
  trace_.expect(!poison_.contains(message_id),
                [&] { return message_id + " cannot be read and was acknowledged"; });
  expect_settled(message_id, "acknowledged");
  for (const std::string& recipient : recipients_) {
    trace_.expect(state({message_id, recipient}) == DeliveryState::sent,
                  [&] { return message_id + " was acknowledged and refused by " + recipient; });
  }
}

void MailWatch::retried(const std::string& message_id, Instant now) {
  const auto [entry, is_new] = failing_since_.emplace(message_id, now);
  if (!is_new) entry->second = std::min(entry->second, now);
}

bool MailWatch::may_give_up(const std::string& message_id, Instant now) const {
  // A sender's clock may be a minute ahead of the queue's.
  const auto since = failing_since_.find(message_id);
  return since != failing_since_.end() &&
         now + std::chrono::minutes{1} - since->second >= give_up_after_;
}

void MailWatch::parked(const std::string& message_id) {
  if (poison_.contains(message_id)) return;
  expect_settled(message_id, "parked");
  const bool any_refused = std::ranges::any_of(recipients_, [&](const std::string& recipient) {
    return state({message_id, recipient}) == DeliveryState::refused;
  });
  trace_.expect(any_refused, [&] { return message_id + " was parked and everybody has it"; });
}

void MailWatch::claimed(ProcessId process, const MailKey& key) {
  claims_[{process, key}] = Claim();
}

void MailWatch::settled(ProcessId process, const MailKey& key, DeliveryState state, Instant now) {
  const auto claim = claims_.find({process, key});
  const bool held = claim != claims_.end();
  trace_.expect(held, [&] { return show(key) + " was settled without a claim"; });
  trace_.expect(state != DeliveryState::sent || (held && claim->second.taken),
                [&] { return show(key) + " was noted as sent and the server never said so"; });
  const bool given_up = held && claim->second.put_off &&
                        (claim->second.put_off_for_long || may_give_up(key.first, now));
  trace_.expect(state != DeliveryState::refused || (held && claim->second.refused) || given_up,
                [&] { return show(key) + " was given up, was not refused and could wait"; });
  trace_.expect(state != DeliveryState::waiting || !held || !claim->second.taken,
                [&] { return show(key) + " is to be mailed again although the server took it"; });
  if (held) claim->second.ended = true;
  if (state == DeliveryState::sent) {
    for (Acceptance& one : mailboxes_[key]) one.settled = one.settled || one.process == process;
  }
  const auto before = this->state(key);
  const bool is_final = before == DeliveryState::sent ||
                        (before == DeliveryState::refused && state != DeliveryState::sent);
  if (!is_final) ledger_[key] = state;
}

void MailWatch::settling_failed(ProcessId process, const MailKey& key) {
  excuse(process, &key);
}

void MailWatch::reopened(const std::string& message_id) {
  for (auto& [key, state] : ledger_) {
    if (key.first == message_id && state == DeliveryState::refused) state = DeliveryState::waiting;
  }
}

void MailWatch::offered(ProcessId process, const MailKey& key, const OutgoingMail& mail) {
  const auto claim = claims_.find({process, key});
  trace_.expect(claim != claims_.end() && !claim->second.ended,
                [&] { return show(key) + " was mailed without asking the ledger"; });
  const std::string id = key.first.substr(0, key.first.find('.'));
  const auto number = books_.number_of(id);
  trace_.expect(number.has_value(), [&] { return show(key) + " is about no report"; });
  if (!number) return;
  const SalesReport& report = books_.all()[static_cast<std::size_t>(*number - 1)];
  trace_.expect(mail.content == codec::write_report_message(report),
                [&] { return show(key) + " does not say what was sealed"; });
}

void MailWatch::accepted(ProcessId process, const MailKey& key, bool answer_lost) {
  const auto claim = claims_.find({process, key});
  const bool stale = claim == claims_.end() || claim->second.stale;
  auto& mailbox = mailboxes_[key];
  const bool excused = std::ranges::all_of(mailbox, &Acceptance::excused);
  trace_.expect(mailbox.empty() || stale || excused, [&] {
    return show(key) + " has a second mail, and every answer to the first was heard and noted";
  });
  ++mails_;
  if (!mailbox.empty()) ++second_mails_;
  mailbox.push_back({process, false, answer_lost || stale});
  if (claim != claims_.end()) claim->second.taken = claim->second.taken || !answer_lost;
  trace_.note("mail", [&] {
    return "took " + show(key) + (answer_lost ? ", the answer is lost" : "") +
           (mailbox.size() > 1 ? ", again" : "");
  });
}

void MailWatch::refused(ProcessId process, const MailKey& key) {
  const auto claim = claims_.find({process, key});
  if (claim != claims_.end()) claim->second.refused = true;
  trace_.note("mail", [&] { return "refused " + show(key); });
}

void MailWatch::put_off(ProcessId process, const MailKey& key, Instant now) {
  const auto claim = claims_.find({process, key});
  if (claim == claims_.end()) return;
  claim->second.put_off = true;
  // Noted here as well: the clock may be set back before the ledger hears of it.
  claim->second.put_off_for_long = may_give_up(key.first, now);
}

void MailWatch::excuse(ProcessId process, const MailKey* only) {
  for (auto& [key, mailbox] : mailboxes_) {
    if (only != nullptr && key != *only) continue;
    for (Acceptance& one : mailbox) {
      if (one.process == process && !one.settled) one.excused = true;
    }
  }
}

void MailWatch::crashed(ProcessId process) {
  excuse(process, nullptr);
  std::erase_if(claims_, [&](const auto& entry) { return entry.first.first == process; });
}

void MailWatch::clock_set_forward() {
  for (auto& [owner, claim] : claims_) claim.stale = true;
  for (auto& [key, mailbox] : mailboxes_) {
    for (Acceptance& one : mailbox) one.excused = one.excused || !one.settled;
  }
}

void MailWatch::check_all_mailed() {
  for (const SalesReport& report : books_.all()) {
    const std::int64_t sends = sends_.contains(report.number) ? sends_[report.number] : 1;
    for (const std::string& recipient : recipients_) {
      for (const std::int64_t send : {std::int64_t{1}, sends}) {
        const MailKey key{message_id(report.number, send), recipient};
        trace_.expect(mailboxes_.contains(key),
                      [&] { return "after rest nobody has mailed " + show(key); });
      }
    }
  }
}

}  // namespace invoicing::simulation
