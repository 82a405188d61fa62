#pragma once
// The first start of an installation, whichever of its processes comes first: opens the books.

#include <atomic>
#include <mutex>
#include <optional>
#include <string>

#include "app/backoff.hpp"
#include "async/task.hpp"
#include "domain/business_calendar.hpp"
#include "domain/result.hpp"
#include "ports/clock.hpp"
#include "ports/report_store.hpp"
#include "rest/operations_routes.hpp"
#include "services/common/wakeup.hpp"
#include "services/split/mongo_watch.hpp"

namespace invoicing::services {

/// Runs as one coroutine on `executor`; its answers are for any thread. References outlive it.
class BooksOpener {
 public:
  BooksOpener(Executor executor, ReportStore& reports, const BusinessCalendar& calendar,
              Clock& clock, const MongoWatch& watch);

  /// Until the books are open (an import into them has ended), or stop().
  Task<void> run();
  /// Any thread.
  void stop();

  bool open() const { return open_.load(); }
  /// "books", for readiness.
  std::optional<rest::Missing> missing() const;

 private:
  Task<Result<void>> try_once();

  ReportStore& reports_;
  const BusinessCalendar& calendar_;
  Clock& clock_;
  const MongoWatch& watch_;
  Wakeup wakeup_;
  Backoff backoff_;
  std::atomic<bool> open_{false};
  std::atomic<bool> stopping_{false};
  mutable std::mutex mutex_;
  std::string why_ = "The books are not open yet.";  // guarded by mutex_
};

}  // namespace invoicing::services
