#pragma once
// The generator's way to the broker.

#include <memory>

#include "ports/report_queue.hpp"
#include "rabbitmq/options.hpp"

namespace invoicing::rabbitmq {

struct PublisherStats {
  ConnectionStatus connection;
  std::uint64_t confirmed = 0;
  std::uint64_t returned = 0;     ///< no queue took it
  std::uint64_t refused = 0;      ///< basic.nack
  std::uint64_t unconfirmed = 0;  ///< no word in time, or the connection was lost: taken or not
};

/// Thread-safe. One connection on a thread of its own, made in the background: the constructor does
/// not need the broker. Lost, it is made anew after a random wait of 0 to 0.5 s, doubling to 0 to
/// 30 s, and the queue is declared again.
class RabbitReportPublisher final : public ReportPublisher {
 public:
  explicit RabbitReportPublisher(RabbitOptions options);
  /// What waits is answered queue_unavailable; blocks for up to options.connect_timeout.
  ~RabbitReportPublisher() override;

  /// Success: the broker has confirmed the message and a queue has it (persistent, mandatory,
  /// message_id, content_type application/json). queue_unavailable, with the reason: not connected
  /// (at once), blocked by an alarm (at once), returned, refused, or not confirmed in time; after
  /// the last one the broker may have it all the same: publish again with the same message_id.
  Task<Result<void>> publish(const ReportMessage& message) override;

  PublisherStats stats() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace invoicing::rabbitmq
