#pragma once
// What an operator does with the queues: numbers, and the dead letters.

#include <memory>
#include <vector>

#include "ports/report_queue.hpp"
#include "rabbitmq/options.hpp"
#include "rabbitmq/report_inbox.hpp"

namespace invoicing::rabbitmq {

/// Thread-safe; one call at a time reaches the broker. Has a connection of its own, as
/// RabbitReportPublisher.
///
/// Looking at dead letters takes them out and puts them back (AMQP cannot peek): while one program
/// looks, another finds none. What has no message id is called "sha256-" and the SHA-256 of its
/// body. Of several with one name the oldest counts.
class RabbitQueueAdmin final : public ReportQueueAdmin {
 public:
  /// Dead letters that one call looks at; what lies behind them is not seen.
  static constexpr std::size_t kLookMax = 10'000;

  /// With `inbox`, which must outlive this, depth() knows what that holds: its messages waiting
  /// count as ready, those handed out as unacknowledged. Without it both are not counted, because
  /// a broker does not tell.
  explicit RabbitQueueAdmin(RabbitOptions options, RabbitReportInbox* inbox = nullptr);
  ~RabbitQueueAdmin() override;

  Task<Result<QueueDepth>> depth() override;
  Task<Result<std::optional<DeadMessage>>> find_dead(const std::string& message_id) override;
  Task<Result<bool>> requeue_dead(const std::string& message_id, const Trace& asked_by) override;
  /// Bodies included; `limit` <= kLookMax.
  Task<Result<std::vector<DeadMessage>>> list_dead(std::size_t limit) override;
  Task<Result<bool>> drop_dead(const std::string& message_id) override;

  /// Waits up to `most` for the connection: commands that run and end need it. Error
  /// queue_unavailable with the reason.
  Task<Result<void>> connected(std::chrono::milliseconds most);

  ConnectionStatus status() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace invoicing::rabbitmq
