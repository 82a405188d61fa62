#pragma once
// The queue `daily_sales_report` as a table of the store.

#include <cstdint>
#include <mutex>
#include <set>

#include "async/wake_list.hpp"
#include "ports/clock.hpp"
#include "ports/report_queue.hpp"
#include "sqlite/database.hpp"

namespace invoicing::sqlite {

/// The contracts of the three ports, with a broker's promises: at least once, in the order of
/// publishing while nothing is retried. Which messages are being dealt with is known to this object
/// alone: one per Database; after a restart they are ready again, with the same attempt. A message
/// whose id waits already is not stored again; one whose id is dead takes the dead one's place.
/// receive() looks at the table when something was published, settled or has become due, and not
/// otherwise. All times, `wait` included, are the clock's. `database` and `clock` must outlive it.
class SqliteReportQueue final : public ReportPublisher,
                                public ReportInbox,
                                public ReportQueueAdmin {
 public:
  SqliteReportQueue(Database& database, Clock& clock) : engine_(database.engine()), clock_(clock) {}

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

 private:
  /// What a look at the table gives: a message, or when the next one is due, or neither.
  struct Look {
    std::optional<ReceivedMessage> message;
    std::optional<Instant> next_due;
  };

  Task<Result<std::optional<ReceivedMessage>>> wait_for_message(std::chrono::milliseconds wait);
  Task<Result<Look>> take_due();
  /// The message is no longer being dealt with.
  void give_back(std::int64_t tag);
  bool is_taken(std::int64_t tag);

  Engine& engine_;
  Clock& clock_;
  WakeList wake_list_;
  std::mutex mutex_;
  std::set<std::int64_t> taken_;  // tags that were received and not settled
};

}  // namespace invoicing::sqlite
