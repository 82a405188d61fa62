#pragma once
// Whether RabbitMQ is there, for the log and for readiness.

#include <atomic>
#include <functional>
#include <optional>
#include <string>

#include "async/task.hpp"
#include "ops/metrics.hpp"
#include "rabbitmq/options.hpp"
#include "rest/operations_routes.hpp"
#include "services/common/wakeup.hpp"

namespace invoicing::services {

/// The adapter connects by itself; this looks at its state. Runs as one coroutine on `executor`.
class BrokerWatch {
 public:
  struct Doors {
    std::function<rabbitmq::ConnectionStatus()> status;  ///< at once, any thread
    std::string address;                                 ///< for the log, without secrets
    std::function<void()> on_connected;                  ///< on the watch's thread; may be empty
  };

  /// Adds the connection's metrics; `doors` stay good until their last text().
  BrokerWatch(Executor executor, Doors doors, ops::Metrics& metrics);

  /// Until stop(). One line in the log when the broker goes and when it comes.
  Task<void> run();
  /// Any thread.
  void stop();

  /// "rabbitmq", for readiness. Any thread.
  std::optional<rest::Missing> missing() const;

 private:
  enum class State { unknown, there, gone };

  void look();

  const Doors doors_;
  Wakeup wakeup_;
  State state_ = State::unknown;
  std::atomic<bool> stopping_{false};
};

}  // namespace invoicing::services
