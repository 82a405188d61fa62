#include <algorithm>
#include <chrono>
#include <memory>
#include <utility>

#include "mongo/delivery_ledger.hpp"
#include "rabbitmq/queue_admin.hpp"
#include "services/email_sender/commands.hpp"
#include "services/email_sender/sender_ledger.hpp"

namespace invoicing::services {

namespace {

constexpr std::chrono::milliseconds kBrokerWait{10'000};
constexpr std::size_t kListMax = 1000;

CommandOutcome failed_with(const Error& error) {
  return {kFailed, "dead: " + error.detail() + "\n"};
}

CommandOutcome no_such(const std::string& id) {
  return {kFailed, "no dead letter has the id " + id + "; `dead list` shows them\n"};
}

// Reasons hold what a mail server said: it must not steer the terminal.
std::string printable(std::string text) {
  std::replace_if(
      text.begin(), text.end(),
      [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }, '?');
  return text;
}

Task<CommandOutcome> list(rabbitmq::RabbitQueueAdmin& queue) {
  const auto letters = co_await queue.list_dead(kListMax);
  if (!letters) co_return failed_with(letters.error());
  CommandOutcome outcome;
  for (const DeadMessage& letter : *letters) {
    outcome.text += printable(letter.message.message_id) + "  " + format_instant(letter.since) +
                    "  attempts " + std::to_string(letter.attempts) + "  " +
                    printable(letter.reason) + "\n";
  }
  outcome.text += std::to_string(letters->size()) + " dead letter(s)\n";
  co_return outcome;
}

bool is_refused(const Delivery& delivery) {
  return delivery.state == DeliveryState::refused;
}

// A running sender holds the file, so it is opened for writing only where there is need.
Task<Result<void>> reopen_in_file(const std::filesystem::path& data_dir, const std::string& id) {
  bool needed = false;
  {
    const auto reading = ledger_in_file(data_dir, LedgerAccess::read_only);
    if (!reading) co_return Result<void>();  // no ledger, nobody refused
    const auto known = co_await (*reading)->deliveries().deliveries(id);
    if (!known) co_return known.error();
    needed = std::any_of(known->begin(), known->end(), is_refused);
  }
  if (!needed) co_return Result<void>();
  const auto writing = ledger_in_file(data_dir, LedgerAccess::read_write);
  if (!writing) {
    co_return Error(ErrorCode::storage_unavailable,
                    "a recipient has refused this mail, which the ledger must forget first, but " +
                        writing.error().detail() +
                        " Stop the sender, repeat this, and start it again.");
  }
  auto reopened = co_await (*writing)->deliveries().reopen_refused(id);
  co_return reopened;
}

Task<CommandOutcome> requeue(rabbitmq::RabbitQueueAdmin& queue, const EmailSenderOptions& options,
                             mongo::Client* client, const std::string& id) {
  const auto found = co_await queue.find_dead(id);
  if (!found) co_return failed_with(found.error());
  if (!*found) co_return no_such(id);
  Result<void> reopened;
  if (client != nullptr) {
    mongo::MongoDeliveryLedger ledger(*client);
    reopened = co_await ledger.reopen_refused(id);
  } else {
    reopened = co_await reopen_in_file(options.data_dir, id);
  }
  if (!reopened) co_return failed_with(reopened.error());
  const auto requeued = co_await queue.requeue_dead(id, {});
  if (!requeued) co_return failed_with(requeued.error());
  if (!*requeued) co_return no_such(id);
  co_return CommandOutcome{0, id + " is back in the queue\n"};
}

Task<CommandOutcome> drop(rabbitmq::RabbitQueueAdmin& queue, const std::string& id) {
  const auto dropped = co_await queue.drop_dead(id);
  if (!dropped) co_return failed_with(dropped.error());
  if (!*dropped) co_return no_such(id);
  co_return CommandOutcome{0, id + " is gone for good\n"};
}

}  // namespace

Task<CommandOutcome> handle_dead_letters(const EmailSenderOptions& options, mongo::Client* client,
                                         DeadOrder order) {
  rabbitmq::RabbitQueueAdmin queue(options.broker);
  const auto connected = co_await queue.connected(kBrokerWait);
  if (!connected) co_return failed_with(connected.error());
  CommandOutcome outcome;
  if (order.action == "list") outcome = co_await list(queue);
  if (order.action == "requeue") outcome = co_await requeue(queue, options, client, order.id);
  if (order.action == "drop") outcome = co_await drop(queue, order.id);
  co_return outcome;
}

}  // namespace invoicing::services
