#pragma once
// The queues of an installation and how they are declared.

#include <chrono>
#include <cstdint>
#include <string>

#include "rabbitmq/options.hpp"
#include "rabbitmq/session.hpp"

namespace invoicing::rabbitmq {

/// How many messages are ready in each; the delay queues together.
struct ReadyCounts {
  std::int64_t main = 0;
  std::int64_t delayed = 0;
  std::int64_t dead = 0;
};

/// "daily_sales_report.dead"
std::string dead_queue(const RabbitOptions& options);
/// "daily_sales_report.delay.5000ms": the queue of the smallest step >= `delay`, else of the last.
std::string delay_queue(const RabbitOptions& options, std::chrono::milliseconds delay);

/// Declares the queue of reports alone: all that a publisher needs.
std::int64_t declare_main(const RabbitOptions& options, Session& session);
/// Declares the dead letters' queue; returns how many are ready.
std::int64_t declare_dead(const RabbitOptions& options, Session& session);
/// Declares all of them. Idempotent, so it also counts.
ReadyCounts declare_all(const RabbitOptions& options, Session& session);

}  // namespace invoicing::rabbitmq
