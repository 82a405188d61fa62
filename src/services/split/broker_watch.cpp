#include "services/split/broker_watch.hpp"

#include <utility>

#include "ops/log.hpp"

namespace invoicing::services {

namespace log = ops::log;

namespace {

constexpr std::chrono::milliseconds kInterval{100};

}  // namespace

BrokerWatch::BrokerWatch(Executor executor, Doors doors, ops::Metrics& metrics)
    : doors_(std::move(doors)), wakeup_(executor) {
  metrics.gauge_from("rabbitmq_connected", "1 while the broker can be used, else 0.", {},
                     [this] { return missing() ? 0.0 : 1.0; });
  metrics.counter_from("rabbitmq_connections_total", "Connections to the broker made.", {},
                       [this] { return static_cast<double>(doors_.status().connections); });
  metrics.counter_from("rabbitmq_connection_failures_total",
                       "Connections that could not be made, or were lost.", {},
                       [this] { return static_cast<double>(doors_.status().failures); });
}

void BrokerWatch::stop() {
  stopping_.store(true);
  wakeup_.wake();
}

Task<void> BrokerWatch::run() {
  while (!stopping_.load()) {
    look();
    co_await wakeup_.wait(kInterval);
  }
}

void BrokerWatch::look() {
  const auto away = missing();
  // At the start it is no news that the connection is still being made.
  if (away && state_ == State::unknown && doors_.status().failures == 0) return;
  const State state = away ? State::gone : State::there;
  if (state == state_) return;
  state_ = state;
  if (away) {
    log::warning("waiting for rabbitmq", {{"address", doors_.address}, {"reason", away->detail}});
    return;
  }
  log::info("rabbitmq is there", {{"address", doors_.address}});
  if (doors_.on_connected) doors_.on_connected();
}

std::optional<rest::Missing> BrokerWatch::missing() const {
  const auto status = doors_.status();
  if (!status.connected) {
    return rest::Missing{"rabbitmq",
                         status.last_error.empty() ? "Not connected yet." : status.last_error};
  }
  if (!status.blocked.empty()) {
    return rest::Missing{"rabbitmq", "It takes no messages: " + status.blocked};
  }
  return std::nullopt;
}

}  // namespace invoicing::services
