#pragma once
// The queue in memory.

#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "ports/clock.hpp"
#include "ports/report_queue.hpp"

namespace invoicing::memory {

/// Thread-safe. receive() answers at once when a message is due, else waits on the clock for the
/// next due time or the deadline; a publish meanwhile wakes it.
class MemoryReportQueue final : public ReportPublisher,
                                public ReportInbox,
                                public ReportQueueAdmin {
 public:
  explicit MemoryReportQueue(Clock& clock) : clock_(clock) {}

  Task<Result<void>> publish(const ReportMessage& message) override;
  Task<Result<std::optional<ReceivedMessage>>> receive(std::chrono::milliseconds wait) override;
  Task<Result<void>> acknowledge(std::int64_t tag) override;
  Task<Result<void>> retry(std::int64_t tag, std::chrono::milliseconds delay,
                           const std::string& reason) override;
  Task<Result<void>> dead_letter(std::int64_t tag, const std::string& reason) override;
  Task<Result<QueueDepth>> depth() override;
  Task<Result<std::optional<DeadMessage>>> find_dead(const std::string& message_id) override;
  Task<Result<bool>> requeue_dead(const std::string& message_id, const Trace& asked_by) override;
  Task<Result<std::vector<DeadMessage>>> list_dead(std::size_t limit) override;
  Task<Result<bool>> drop_dead(const std::string& message_id) override;

  /// As after a crash of the receivers: what was received and not settled is ready again.
  void give_back_everything();
  /// As after the connection of one receiver broke: the message is ready again under another tag,
  /// and what its receiver still does with the old tag comes to nothing.
  void redeliver(std::int64_t tag);
  /// As a broker that delivers at least once may do: a second copy, due after `delay`, of the
  /// message that stands so many places before the newest of those that are not dead (modulo their
  /// number). False when there is none.
  bool duplicate(std::size_t back, std::chrono::milliseconds delay);
  /// When the next message that waits is due, also one that is due already.
  std::optional<Instant> next_due();

 private:
  enum class Place { waiting, taken, dead };
  struct Entry {
    std::int64_t tag = 0;
    ReportMessage message;
    std::int64_t attempt = 1;
    std::optional<Instant> failing_since;
    Instant due{};
    Place place = Place::waiting;
    std::string reason;
    Instant dead_since{};
  };
  struct Bell;

  Entry* find(std::int64_t tag);
  std::optional<ReceivedMessage> take_due(Instant now, std::optional<Instant>& next_due);
  void ring();

  Clock& clock_;
  std::mutex mutex_;
  std::list<Entry> entries_;
  std::vector<std::weak_ptr<Bell>> bells_;
  std::int64_t last_tag_ = 0;
};

}  // namespace invoicing::memory
