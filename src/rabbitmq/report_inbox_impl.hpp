#pragma once
// What RabbitReportInbox is made of. Not for other folders.

#include <atomic>

#include "async/wake_list.hpp"
#include "rabbitmq/held_messages.hpp"
#include "rabbitmq/link.hpp"
#include "rabbitmq/report_inbox.hpp"

namespace invoicing::rabbitmq {

struct RabbitReportInbox::Impl {
  Impl(RabbitOptions options, Clock& used_clock);

  Task<Result<std::optional<ReceivedMessage>>> wait_for_message(std::chrono::milliseconds wait);
  /// Everything that the broker could deliver until now has arrived after this. Errors: as
  /// Link::run.
  Task<Result<void>> catch_up();
  /// A message that waits here, if one does; larger ones go to the dead letters.
  Task<Result<std::optional<ReceivedMessage>>> take();

  /// Puts `copy` into `queue`, then acknowledges `held`; gives it back when that fails.
  Task<Result<void>> move_to(const std::string& queue, const Held& held, const Message& copy);
  Task<Result<void>> acknowledge(const Held& held);
  Task<void> give_back(const Held& held);
  /// The answer that `send` of NestJS waits for; none where nobody asked.
  Task<void> reply(const Message& message, bool delivered);
  /// What lies in a delay queue or among the dead in its place.
  Message copy_of(const Held& held, const std::string& reason) const;

  Clock& clock;
  HeldMessages messages;
  WakeList wake_list;
  std::atomic<std::uint64_t> received{0};
  std::atomic<std::uint64_t> acknowledged{0};
  std::atomic<std::uint64_t> retried{0};
  std::atomic<std::uint64_t> dead_lettered{0};
  // Last, so that their threads end first.
  Link publisher;
  Link consumer;
};

}  // namespace invoicing::rabbitmq
