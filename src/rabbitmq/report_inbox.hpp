#pragma once
// The sender's way to the broker.

#include <memory>

#include "ports/clock.hpp"
#include "ports/report_queue.hpp"
#include "rabbitmq/options.hpp"

namespace invoicing::rabbitmq {

struct InboxStats {
  ConnectionStatus consumer;
  ConnectionStatus publisher;  ///< of retries, dead letters and replies
  std::uint64_t received = 0;  ///< handed out by receive()
  std::uint64_t acknowledged = 0;
  std::uint64_t retried = 0;
  std::uint64_t dead_lettered = 0;
  std::int64_t waiting = 0;         ///< here, not handed out yet
  std::int64_t unacknowledged = 0;  ///< handed out, not settled
};

/// Thread-safe. Consumes with manual acknowledgement on a thread of its own (stack 8 MB: a header
/// may be nested 25 000 deep), which also answers heartbeats while a mail is being sent. A second
/// connection publishes, because an alarm of the broker blocks whoever publishes. Both are made in
/// the background and made anew as RabbitReportPublisher's; a queue that was deleted is declared
/// again.
///
/// At most options.prefetch messages are received and not settled; receive() waits for room. When
/// the connection is lost the broker delivers all of them again: settling one of those is
/// queue_unavailable. A redelivery has the attempt that it had.
class RabbitReportInbox final : public ReportInbox {
 public:
  /// `clock` times receive() and stamps what is delayed or dead; it must outlive this.
  RabbitReportInbox(RabbitOptions options, Clock& clock);
  /// Contexts must outlive it. Blocks for up to options.connect_timeout.
  ~RabbitReportInbox() override;

  /// While not connected it waits like on an empty queue: no error, nothing after `wait`. What the
  /// broker could deliver when it was called is found also with a wait of 0. A message larger than
  /// options.body_bytes_max goes to the dead letters and is not returned; queue_unavailable when it
  /// cannot get there. message_id is empty where
  /// the sender gave none.
  Task<Result<std::optional<ReceivedMessage>>> receive(std::chrono::milliseconds wait) override;

  /// Written to the broker; a loss of the connection at that moment delivers the message again. If
  /// it asked for a reply (`send` of NestJS), the reply is sent, once and unconfirmed.
  Task<Result<void>> acknowledge(std::int64_t tag) override;
  /// A confirmed copy in a delay queue (delay 0: at the end of the queue), then the
  /// acknowledgement.
  Task<Result<void>> retry(std::int64_t tag, std::chrono::milliseconds delay,
                           const std::string& reason) override;
  /// A confirmed copy in `queue`.dead with the reason in its headers, then the acknowledgement.
  Task<Result<void>> dead_letter(std::int64_t tag, const std::string& reason) override;

  InboxStats stats() const;

 private:
  friend class RabbitQueueAdmin;
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace invoicing::rabbitmq
