#pragma once
// The API keys in memory, read again every few seconds, so that a revocation reaches every copy.

#include <atomic>
#include <optional>
#include <string>

#include "app/key_ring.hpp"
#include "async/task.hpp"
#include "ports/api_key_store.hpp"
#include "rest/operations_routes.hpp"
#include "services/common/wakeup.hpp"

namespace invoicing::services {

/// Runs as one coroutine on `executor`; its answers are for any thread. References outlive it.
class KeyWatch {
 public:
  KeyWatch(Executor executor, ApiKeyStore& store) : store_(store), wakeup_(executor) {}

  /// Until stop(). One line in the log when the keys cannot be read, and one when they can again.
  Task<void> run();
  /// Any thread.
  void stop();
  /// Any thread: reads now, because a key was made or revoked here.
  void look_now() { wakeup_.wake(); }

  const KeyRing& ring() const { return ring_; }
  /// "keys", for readiness, while nobody knows who may enter.
  std::optional<rest::Missing> missing() const;

 private:
  Task<void> look();

  ApiKeyStore& store_;
  KeyRing ring_;
  Wakeup wakeup_;
  std::string failing_;  // why the last look has failed; of the coroutine
  std::atomic<bool> stopping_{false};
};

}  // namespace invoicing::services
