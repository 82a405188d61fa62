#include "services/standalone/standalone.hpp"

#include <stdexcept>
#include <utility>

#include "app/open_books.hpp"
#include "ops/log.hpp"
#include "ops/process_metrics.hpp"
#include "rest/invoice_routes.hpp"
#include "rest/problem.hpp"
#include "rest/report_routes.hpp"

namespace invoicing::services {

namespace log = ops::log;

namespace {

// Together under the ten seconds that an orderly stop may take.
constexpr std::chrono::milliseconds kDrainDeadline{6000};
constexpr std::chrono::milliseconds kRolesDeadline{3000};
// Short to the end: nothing is served before, and the store at hand is no server to spare.
constexpr BackoffOptions kBooksBackoff{std::chrono::milliseconds{500}, std::chrono::seconds{2}};

}  // namespace

Result<std::unique_ptr<Standalone>> Standalone::open(const StandaloneOptions& options) {
  auto parts = StandaloneParts::open(options, StoreAccess::read_write);
  if (!parts) return parts.error();
  std::unique_ptr<Standalone> standalone(new Standalone(std::move(*parts)));
  const auto listening = standalone->listen();
  if (!listening) return listening.error();
  return standalone;
}

Standalone::Standalone(std::unique_ptr<StandaloneParts> parts)
    : parts_(std::move(parts)),
      generator_(roles_context_.get_executor(), parts_->close_days, parts_->publish_reports,
                 parts_->clock, parts_->telemetry, random_seed()),
      sender_(roles_context_.get_executor(), parts_->deliver_report, parts_->telemetry,
              random_seed()),
      sampler_(roles_context_.get_executor(), parts_->reports, parts_->queue, parts_->clock,
               parts_->metrics),
      tasks_(roles_context_.get_executor()) {}

Standalone::~Standalone() {
  stop();
}

Result<void> Standalone::listen() {
  const Executor executor = roles_context_.get_executor();
  auto control = ControlSocket::open(executor, parts_->options.data_dir,
                                     [this](std::string words) -> Task<CommandOutcome> {
                                       return run_command(*parts_, std::move(words), true);
                                     });
  if (!control) return control.error();
  control_ = std::move(*control);

  http::Router router;
  rest::add_invoice_routes(
      router, {parts_->create_invoice, parts_->void_invoice, parts_->invoices, parts_->telemetry,
               parts_->options.calendar, parts_->options.currency});
  rest::add_report_routes(router, {parts_->reports, parts_->report_delivery, parts_->preview_day,
                                   *parts_->renderer, [this] { generator_.wake(); }});
  rest::add_operations_routes(
      router, {[this] { return missing(); }, [this] { return parts_->metrics.text(); }});
  http::ServerOptions server_options;
  server_options.address = parts_->options.http_host;
  server_options.port = parts_->options.http_port;
  server_options.threads = parts_->options.http_threads;
  try {
    server_ = std::make_unique<http::Server>(
        server_options, std::move(router),
        [](const Error& error, unsigned) { return rest::problem(error); },
        [this](const http::Observation& request) { parts_->telemetry.observe_request(request); });
  } catch (const std::runtime_error& error) {
    return Error(ErrorCode::storage_unavailable, error.what());
  }
  add_gauges();
  return {};
}

void Standalone::start() {
  server_->start();
  tasks_.spawn(open_books_and_run());
  tasks_.spawn(control_->run());
  tasks_.spawn(sampler_.run());
  std::promise<void> ended;
  roles_ended_ = ended.get_future();
  // No packaged_task: it would keep an exception to itself, and no day would be closed any more
  // while everything looks well. Out of a thread it ends the process; every step can be repeated.
  roles_thread_ = std::thread([this, ended = std::move(ended)]() mutable {
    roles_context_.run();
    ended.set_value();
  });
}

Task<void> Standalone::open_books_and_run() {
  Backoff backoff(kBooksBackoff, random_seed());
  for (std::int64_t attempt = 1; !stopping_.load(); ++attempt) {
    const auto prepared = co_await prepare_store();
    if (prepared) break;
    log::error("the books cannot be opened, will be tried again",
               {{"reason", prepared.error().detail()}});
    co_await parts_->clock.sleep_until(parts_->clock.now() + backoff.after(attempt));
  }
  books_open_.store(true);
  tasks_.spawn(generator_.run());
  tasks_.spawn(sender_.run());
}

Task<Result<void>> Standalone::prepare_store() {
  const auto books = co_await open_books(parts_->reports, parts_->options.calendar, parts_->clock);
  if (!books) co_return books.error();
  auto released = co_await parts_->deliveries.release_claims();
  co_return released;
}

std::vector<rest::Missing> Standalone::missing() const {
  std::vector<rest::Missing> missing;
  if (stopping_.load()) missing.push_back({"shutdown", "The process is ending."});
  if (!books_open_.load()) missing.push_back({"books", "The books are not open yet."});
  if (parts_->database->stats().write_failing) {
    missing.push_back({"storage", "The store cannot be written; the log says why."});
  }
  return missing;
}

void Standalone::add_gauges() {
  ops::Metrics& metrics = parts_->metrics;
  ops::add_process_metrics(metrics, "invoice-standalone", INVOICING_VERSION);
  const auto server = [this](std::uint64_t http::ServerStatistics::* member) {
    return [this, member] { return static_cast<double>(server_->statistics().*member); };
  };
  metrics.gauge_from("http_connections", "Open connections.", {},
                     server(&http::ServerStatistics::connections_open));
  metrics.counter_from("http_connections_refused_total", "Connections over a limit.", {},
                       server(&http::ServerStatistics::connections_refused));
  metrics.gauge_from("http_requests_running", "Requests under way.", {},
                     server(&http::ServerStatistics::requests_running));
  metrics.counter_from("http_deadlines_missed_total", "Connections closed by a deadline.", {},
                       server(&http::ServerStatistics::deadlines_missed));
  metrics.gauge_from("store_writes_waiting", "Writes that wait for the next commit.", {}, [this] {
    return static_cast<double>(parts_->database->stats().writes_queued);
  });
  metrics.counter_from("store_commits_total", "Commits of the store.", {},
                       [this] { return static_cast<double>(parts_->database->stats().commits); });
  metrics.counter_from("store_commits_failed_total", "Commits that failed.", {}, [this] {
    return static_cast<double>(parts_->database->stats().failed_commits);
  });
  metrics.gauge_from(
      "store_reads_waiting", "Lists, sums and reports that wait for a reader.", {},
      [this] { return static_cast<double>(parts_->database->stats().reads_queued); });
  metrics.counter_from(
      "store_checkpoints_total", "Times the log was folded into the file.", {},
      [this] { return static_cast<double>(parts_->database->stats().checkpoints); });
  metrics.counter_from(
      "store_checkpoints_failed_total", "Times that could not be done.", {},
      [this] { return static_cast<double>(parts_->database->stats().failed_checkpoints); });
  metrics.gauge_from("store_database_bytes", "Size of the store's file.", {}, [this] {
    return static_cast<double>(parts_->database->stats().database_bytes);
  });
  metrics.gauge_from("store_wal_bytes", "Size of the store's write-ahead log.", {},
                     [this] { return static_cast<double>(parts_->database->stats().wal_bytes); });
}

void Standalone::stop() {
  if (!roles_thread_.joinable()) return;
  stopping_.store(true);
  if (!server_->drain(kDrainDeadline)) log::warning("some requests did not finish in time");
  parts_->mail_stop.request_stop();
  control_->stop();
  generator_.stop();
  sender_.stop();
  sampler_.stop();
  // What then still runs waits for something outside; every step of it is safe to repeat, and
  // destroying the context ends it where it stands.
  if (roles_ended_.wait_for(kRolesDeadline) == std::future_status::timeout) {
    log::warning("a role did not end in time; its step is repeated at the next start");
    roles_context_.stop();
  }
  roles_thread_.join();
  // Waits for a mail under way, which would otherwise come back to a context that is gone.
  parts_->transport.reset();
  parts_->database->close();
}

}  // namespace invoicing::services
