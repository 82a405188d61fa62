#pragma once
// Whether MongoDB is there and its clock agrees with ours: asked for by a loop, known to everybody.

#include <atomic>
#include <chrono>
#include <functional>
#include <mutex>
#include <optional>
#include <string>

#include "app/backoff.hpp"
#include "async/task.hpp"
#include "domain/result.hpp"
#include "mongo/client.hpp"
#include "ports/clock.hpp"
#include "rest/operations_routes.hpp"
#include "services/common/wakeup.hpp"

namespace invoicing::services {

struct MongoWatchOptions {
  /// How far the clocks may be apart; nothing: they are not compared.
  std::optional<std::chrono::milliseconds> clock_tolerance;
  /// Called on the watch's thread each time that everything is well again. May be empty.
  std::function<void()> on_ready;
};

/// Runs as one coroutine on `executor`; its answers are for any thread. References outlive it.
class MongoWatch {
 public:
  MongoWatch(Executor executor, mongo::Client& client, const Clock& clock,
             MongoWatchOptions options);

  /// Until stop(). Asks again with back-off while the server is away, and makes the indexes when it
  /// has come for the first time. One line in the log when it goes, when it comes, and when the
  /// clocks part or meet.
  Task<void> run();
  /// Any thread.
  void stop();

  /// Nothing is to be read before this says so. Error storage_unavailable with what is wrong.
  Result<void> may_read() const;
  /// Nothing is to be written before. Errors as may_read, and clock_skewed.
  Result<void> may_write() const;
  /// "mongodb" or "clock", for readiness; nothing when all is well.
  std::optional<rest::Missing> missing() const;

 private:
  enum class State { unknown, gone, skewed, ready };

  Task<bool> look();
  Task<void> wait(std::int64_t failures);
  void become(State state, const std::string& why);

  mongo::Client& client_;
  const Clock& clock_;
  const MongoWatchOptions options_;
  Wakeup wakeup_;
  Backoff backoff_;
  bool prepared_ = false;
  std::atomic<bool> stopping_{false};
  std::atomic<State> state_{State::unknown};
  mutable std::mutex mutex_;
  std::string why_ = "Nobody has asked MongoDB yet.";  // guarded by mutex_
};

}  // namespace invoicing::services
