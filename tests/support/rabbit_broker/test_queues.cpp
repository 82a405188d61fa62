#include "tests/support/rabbit_broker/test_queues.hpp"

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <iostream>
#include <stdexcept>

#include <unistd.h>

#include "rabbitmq/session.hpp"
#include "rabbitmq/topology.hpp"

namespace invoicing::testing {
namespace {

std::string own_name() {
  static std::atomic<int> counter{0};
  const auto now = std::chrono::steady_clock::now().time_since_epoch().count();
  return "test." + std::to_string(getpid()) + '.' + std::to_string(now) + '.' +
         std::to_string(++counter);
}

}  // namespace

TestQueues::TestQueues() {
  const char* const uri = std::getenv("RABBITMQ_URI_TEST");
  if (uri == nullptr) throw std::runtime_error("RABBITMQ_URI_TEST is not set; use scripts/test");
  const auto server = rabbitmq::parse_rabbit_uri(uri);
  if (!server) throw std::runtime_error(server.error().detail());
  options.server = *server;
  options.queue = own_name();
}

TestQueues::~TestQueues() {
  try {
    const std::atomic<bool> stopping{false};
    rabbitmq::Session session(options, "cleaner", stopping);
    session.remove(options.queue);
    session.remove(rabbitmq::dead_queue(options));
    for (const auto step : options.delay_steps) {
      session.remove(rabbitmq::delay_queue(options, step));
    }
  } catch (const rabbitmq::ConnectionLost& lost) {
    std::cerr << "queues of a test are left behind: " << lost.what() << '\n';
  }
}

}  // namespace invoicing::testing
