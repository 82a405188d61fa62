#include "services/report_generator/report_generator.hpp"

#include <utility>

#include "ops/address.hpp"
#include "ops/log.hpp"
#include "ops/process_metrics.hpp"
#include "services/common/http_front.hpp"
#include "services/common/newest_report.hpp"
#include "services/common/random_seed.hpp"
#include "services/split/mongo_metrics.hpp"
#include "services/split/ops_front.hpp"

namespace invoicing::services {

namespace {

// Nobody can wake it: a resend is asked for in the database.
constexpr std::chrono::milliseconds kOutboxCheck{2'000};

void add_publisher_metrics(ops::Metrics& metrics, rabbitmq::RabbitReportPublisher& publisher) {
  const auto counter = [&](const char* outcome, std::uint64_t rabbitmq::PublisherStats::* member) {
    metrics.counter_from(
        "rabbitmq_publishes_total", "Messages given to the broker by what it said.",
        {{"outcome", outcome}},
        [&publisher, member] { return static_cast<double>(publisher.stats().*member); });
  };
  counter("confirmed", &rabbitmq::PublisherStats::confirmed);
  counter("returned", &rabbitmq::PublisherStats::returned);
  counter("refused", &rabbitmq::PublisherStats::refused);
  counter("unconfirmed", &rabbitmq::PublisherStats::unconfirmed);
}

}  // namespace

Result<std::unique_ptr<Service>> ReportGenerator::open(ReportGeneratorOptions options,
                                                       std::unique_ptr<mongo::Client> client) {
  std::unique_ptr<ReportGenerator> generator(
      new ReportGenerator(std::move(options), std::move(client)));
  const auto listening = generator->listen();
  if (!listening) return listening.error();
  return std::unique_ptr<Service>(std::move(generator));
}

ReportGenerator::ReportGenerator(ReportGeneratorOptions options,
                                 std::unique_ptr<mongo::Client> client)
    : parts_(std::move(options), std::move(client)),
      generator_(
          roles_.executor(), parts_.close_days, parts_.publish_reports, parts_.clock,
          parts_.telemetry, random_seed(),
          {.outbox_check = kOutboxCheck, .before_closing = [this] { return before_closing(); }}),
      mongo_watch_(roles_.executor(), *parts_.client, parts_.clock,
                   {.clock_tolerance = parts_.options.clock_tolerance,
                    .on_ready = [this] { generator_.wake(); }}),
      broker_watch_(roles_.executor(),
                    {.status = [this] { return parts_.broker_status(); },
                     .address = parts_.options.broker.server.shown_uri(),
                     .on_connected = [this] { generator_.wake(); }},
                    parts_.metrics),
      books_(roles_.executor(), parts_.reports, parts_.options.business.calendar, parts_.clock,
             mongo_watch_),
      outbox_sampler_(roles_.executor(), parts_.reports, parts_.clock, parts_.metrics),
      queue_sampler_(roles_.executor(), *parts_.queue, parts_.metrics) {}

ReportGenerator::~ReportGenerator() {
  stop();
}

Result<void> ReportGenerator::listen() {
  auto server = listen_for_ops(
      parts_.options.ops, [this] { return missing(); }, parts_.metrics, parts_.telemetry);
  if (!server) return server.error();
  server_ = std::move(*server);
  ops::add_process_metrics(parts_.metrics, "report-generator", INVOICING_VERSION);
  add_http_metrics(parts_.metrics, *server_);
  add_mongo_metrics(parts_.metrics, *parts_.client);
  add_publisher_metrics(parts_.metrics, *parts_.publisher);
  return {};
}

void ReportGenerator::start() {
  server_->start();
  roles_.spawn(mongo_watch_.run());
  roles_.spawn(broker_watch_.run());
  roles_.spawn(open_books_and_run());
  roles_.spawn(outbox_sampler_.run());
  roles_.spawn(queue_sampler_.run());
  roles_.start();
  ops::log::info("listening",
                 {{"address", ops::to_string({parts_.options.ops.host, server_->local_port()})},
                  {"mongodb", parts_.client->address()},
                  {"rabbitmq", parts_.options.broker.server.shown_uri()},
                  {"queue", parts_.options.broker.queue},
                  {"timeZone", parts_.options.business.calendar.zone_name()},
                  {"cutOff", parts_.options.business.calendar.cut_off_text()}});
}

Task<void> ReportGenerator::open_books_and_run() {
  co_await books_.run();
  if (!books_.open()) co_return;
  co_await remember_newest_report(parts_.reports, parts_.telemetry);
  co_await generator_.run();
}

Task<Result<void>> ReportGenerator::before_closing() {
  const auto allowed = mongo_watch_.may_write();
  if (!allowed) co_return allowed.error();
  auto adopted = co_await parts_.adopt();
  co_return adopted;
}

std::vector<rest::Missing> ReportGenerator::missing() const {
  std::vector<rest::Missing> missing;
  if (stopping_.load()) missing.push_back({"shutdown", "The process is ending."});
  if (const auto mongodb = mongo_watch_.missing()) missing.push_back(*mongodb);
  if (const auto rabbitmq = broker_watch_.missing()) missing.push_back(*rabbitmq);
  if (const auto books = books_.missing()) missing.push_back(*books);
  return missing;
}

void ReportGenerator::stop() {
  if (!roles_.started()) return;
  stopping_.store(true);
  mongo_watch_.stop();
  broker_watch_.stop();
  books_.stop();
  generator_.stop();
  outbox_sampler_.stop();
  queue_sampler_.stop();
  roles_.join(kRolesDeadline);
  drain(*server_, kOpsDrainDeadline);
  parts_.close();
}

}  // namespace invoicing::services
