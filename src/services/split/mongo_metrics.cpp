#include "services/split/mongo_metrics.hpp"

#include <chrono>

namespace invoicing::services {

void add_mongo_metrics(ops::Metrics& metrics, mongo::Client& client) {
  auto& seconds = metrics.histogram("mongo_call_duration_seconds",
                                    "Time of a call to MongoDB, without its wait for a connection.",
                                    ops::latency_bounds());
  client.on_call([&seconds](std::chrono::nanoseconds took) {
    seconds.observe(std::chrono::duration<double>(took).count());
  });
  const auto counter = [&](const char* name, const char* help,
                           std::uint64_t mongo::ClientStats::* member) {
    metrics.counter_from(name, help, {},
                         [&client, member] { return static_cast<double>(client.stats().*member); });
  };
  metrics.gauge_from("mongo_calls_waiting", "Calls to MongoDB that wait for a connection.", {},
                     [&client] { return static_cast<double>(client.stats().queued); });
  metrics.gauge_from("mongo_calls_running", "Calls to MongoDB under way.", {},
                     [&client] { return static_cast<double>(client.stats().running); });
  metrics.gauge_from("mongo_calls_running_max", "How many can be under way at once.", {},
                     [&client] { return static_cast<double>(client.stats().threads); });
  counter("mongo_calls_total", "Calls to MongoDB.", &mongo::ClientStats::calls);
  counter("mongo_calls_failed_total", "Calls that MongoDB, or the way to it, failed.",
          &mongo::ClientStats::failed_calls);
  counter("mongo_documents_unreadable_total",
          "Documents left out of lists, sums and adoption: no invoice can be read from them.",
          &mongo::ClientStats::unreadable_documents);
  counter("mongo_documents_adopted_total",
          "Documents of another program that were taken into the books.",
          &mongo::ClientStats::adopted_documents);
}

}  // namespace invoicing::services
