#pragma once
// Notices what other processes have changed in MongoDB, for the readers of GET /events here.

#include <atomic>
#include <cstdint>
#include <optional>
#include <string>

#include "async/task.hpp"
#include "mongo/change_count.hpp"
#include "ports/clock.hpp"
#include "ports/report_store.hpp"
#include "rest/change_feed.hpp"
#include "services/common/wakeup.hpp"
#include "services/split/mongo_watch.hpp"

namespace invoicing::services {

/// Runs as one coroutine on `executor`; asks nothing while nobody reads. References outlive it.
class ChangePoll {
 public:
  ChangePoll(Executor executor, mongo::Client& client, const MongoWatch& watch,
             ReportStore& reports, Outbox& outbox, const Clock& clock, rest::ChangeFeed& feed)
      : changes_(client),
        watch_(watch),
        reports_(reports),
        outbox_(outbox),
        clock_(clock),
        feed_(feed),
        wakeup_(executor) {}

  /// Until stop(). While the server is away nothing is told; the next look finds what was missed.
  Task<void> run();
  /// Any thread.
  void stop();

 private:
  Task<void> look_at_invoices();
  Task<void> look_at_reports();

  mongo::ChangeCount changes_;
  const MongoWatch& watch_;
  ReportStore& reports_;
  Outbox& outbox_;
  const Clock& clock_;
  rest::ChangeFeed& feed_;
  Wakeup wakeup_;
  std::atomic<bool> stopping_{false};
  std::optional<Instant> since_;     // none: nobody has looked since readers came
  std::int64_t changes_seen_ = 0;    // since `since_`
  std::optional<std::string> told_;  // of the reports
};

}  // namespace invoicing::services
