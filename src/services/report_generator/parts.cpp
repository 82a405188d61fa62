#include "services/report_generator/parts.hpp"

#include <chrono>
#include <string>
#include <utility>

#include <boost/asio/this_coro.hpp>

#include "ops/log.hpp"
#include "services/common/random_seed.hpp"
#include "services/common/wakeup.hpp"

namespace invoicing::services {

GeneratorParts::GeneratorParts(ReportGeneratorOptions start_options,
                               std::unique_ptr<mongo::Client> mongo_client)
    : options(std::move(start_options)),
      ids(random_seed()),
      client(std::move(mongo_client)),
      publisher(std::make_unique<rabbitmq::RabbitReportPublisher>(options.broker)),
      queue(std::make_unique<rabbitmq::RabbitQueueAdmin>(options.broker)),
      ledger(*client),
      reports(*client),
      deliveries(*client),
      adoption(*client),
      timed_publisher(*publisher, metrics),
      requeueing_publisher(timed_publisher, *queue),
      close_days({reports, ledger, clock, telemetry, ids}, options.business.calendar,
                 options.business.currency),
      preview_day(reports, ledger, clock, options.business.calendar, options.business.currency),
      publish_reports(reports, reports, deliveries, requeueing_publisher, clock, telemetry),
      audit_books(reports, ledger, clock) {}

Task<Result<void>> GeneratorParts::adopt() {
  const auto adopted = co_await adoption.adopt(clock.now());
  if (!adopted) co_return adopted.error();
  if (adopted->adopted > 0) {
    ops::log::info("documents of another program adopted", {{"documents", adopted->adopted}});
  }
  if (adopted->left != left_out_) {
    left_out_ = adopted->left;
    std::string examples;
    for (const std::string& example : adopted->examples) {
      examples += (examples.empty() ? "" : "; ") + example;
    }
    if (left_out_ > 0) {
      ops::log::warning("documents that are no invoices stand in no report",
                        {{"documents", left_out_}, {"examples", examples}});
    }
  }
  co_return Result<void>();
}

rabbitmq::ConnectionStatus GeneratorParts::broker_status() const {
  auto status = publisher->stats().connection;
  return status.connected ? (queue->status().connected ? status : queue->status()) : status;
}

Task<Result<void>> GeneratorParts::connect_broker(std::chrono::milliseconds most) const {
  constexpr std::chrono::milliseconds kStep{20};
  const auto begin = std::chrono::steady_clock::now();
  Wakeup timer(co_await boost::asio::this_coro::executor);
  while (!broker_status().connected) {
    if (std::chrono::steady_clock::now() - begin > most) {
      co_return Error(ErrorCode::queue_unavailable,
                      "RabbitMQ cannot be reached: " + broker_status().last_error);
    }
    co_await timer.wait(kStep);
  }
  co_return Result<void>();
}

void GeneratorParts::close() {
  queue.reset();
  publisher.reset();
  client->close();
}

}  // namespace invoicing::services
