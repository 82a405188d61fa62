#include "rabbitmq/topology.hpp"

#include <algorithm>
#include <vector>

namespace invoicing::rabbitmq {
namespace {

using Arguments = std::vector<amqp_table_entry_t>;

void add(Arguments& arguments, const char* name, const char* value) {
  amqp_table_entry_t entry{};
  entry.key = amqp_cstring_bytes(name);
  entry.value.kind = AMQP_FIELD_KIND_UTF8;
  entry.value.value.bytes = amqp_cstring_bytes(value);
  arguments.push_back(entry);
}

void add(Arguments& arguments, const char* name, std::int64_t value) {
  amqp_table_entry_t entry{};
  entry.key = amqp_cstring_bytes(name);
  entry.value.kind = AMQP_FIELD_KIND_I64;
  entry.value.value.i64 = value;
  arguments.push_back(entry);
}

std::string step_queue(const RabbitOptions& options, std::chrono::milliseconds step) {
  return options.queue + ".delay." + std::to_string(step.count()) + "ms";
}

std::int64_t declare_delay(const RabbitOptions& options, Session& session,
                           std::chrono::milliseconds step) {
  Arguments arguments;
  add(arguments, "x-message-ttl", step.count());
  add(arguments, "x-dead-letter-exchange", "");
  add(arguments, "x-dead-letter-routing-key", options.queue.c_str());
  if (options.quorum) {
    add(arguments, "x-queue-type", "quorum");
    // The queue keeps what it passes on until the other queue has confirmed it.
    add(arguments, "x-dead-letter-strategy", "at-least-once");
    add(arguments, "x-overflow", "reject-publish");
  }
  return session.declare(step_queue(options, step), arguments);
}

}  // namespace

std::string dead_queue(const RabbitOptions& options) {
  return options.queue + ".dead";
}

std::string delay_queue(const RabbitOptions& options, std::chrono::milliseconds delay) {
  const auto& steps = options.delay_steps;
  const auto step = std::lower_bound(steps.begin(), steps.end(), delay);
  return step_queue(options, step == steps.end() ? steps.back() : *step);
}

std::int64_t declare_dead(const RabbitOptions& options, Session& session) {
  Arguments arguments;
  if (options.quorum) {
    add(arguments, "x-queue-type", "quorum");
    // An operator's look gives messages back, and RabbitMQ 4 drops what came back 20 times.
    add(arguments, "x-delivery-limit", std::int64_t{1'000'000});
  }
  return session.declare(dead_queue(options), arguments);
}

std::int64_t declare_main(const RabbitOptions& options, Session& session) {
  Arguments arguments;
  const std::string dead = dead_queue(options);
  if (options.quorum) {
    add(arguments, "x-queue-type", "quorum");
    // RabbitMQ 4 gives up after 20 deliveries that were never settled.
    add(arguments, "x-dead-letter-exchange", "");
    add(arguments, "x-dead-letter-routing-key", dead.c_str());
  }
  return session.declare(options.queue, arguments);
}

ReadyCounts declare_all(const RabbitOptions& options, Session& session) {
  ReadyCounts counts;
  counts.dead = declare_dead(options, session);
  counts.main = declare_main(options, session);
  for (const auto step : options.delay_steps) {
    counts.delayed += declare_delay(options, session, step);
  }
  return counts;
}

}  // namespace invoicing::rabbitmq
