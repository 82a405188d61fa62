#include "services/standalone/standalone.hpp"

#include <utility>

#include "app/open_books.hpp"
#include "ops/address.hpp"
#include "ops/log.hpp"
#include "ops/process_metrics.hpp"
#include "rest/activity_routes.hpp"
#include "rest/dead_letter_routes.hpp"
#include "rest/event_routes.hpp"
#include "rest/invoice_routes.hpp"
#include "rest/page_routes.hpp"
#include "rest/report_routes.hpp"
#include "rest/session_routes.hpp"
#include "services/common/disk_metrics.hpp"
#include "services/common/http_front.hpp"
#include "services/common/newest_report.hpp"
#include "services/common/random_seed.hpp"
#include "services/standalone/commands.hpp"
#include "services/standalone/moved_books.hpp"

namespace invoicing::services {

namespace log = ops::log;

namespace {

// Short to the end: nothing is served before, and the store at hand is no server to spare.
constexpr BackoffOptions kBooksBackoff{std::chrono::milliseconds{500}, std::chrono::seconds{2}};

}  // namespace

Result<std::unique_ptr<Standalone>> Standalone::open(const StandaloneOptions& options) {
  auto parts = StandaloneParts::open(options, StoreAccess::read_write);
  if (!parts) return parts.error();
  const auto here = check_books_before_start(*(*parts)->database);
  if (!here) return here.error();
  std::unique_ptr<Standalone> standalone(new Standalone(std::move(*parts)));
  const auto listening = standalone->listen();
  if (!listening) return listening.error();
  return standalone;
}

Standalone::Standalone(std::unique_ptr<StandaloneParts> parts)
    : parts_(std::move(parts)),
      generator_(roles_.executor(), parts_->close_days, parts_->publish_reports, parts_->clock,
                 parts_->observer, random_seed()),
      sender_(roles_.executor(), parts_->deliver_report, parts_->observer, random_seed()),
      outbox_sampler_(roles_.executor(), parts_->reports, parts_->clock, *parts_->metrics),
      queue_sampler_(roles_.executor(), parts_->queue, *parts_->metrics),
      access_(roles_, parts_->options.auth, parts_->keys, parts_->sessions, parts_->clock),
      tls_(roles_.executor(), parts_->options.tls) {}

Standalone::~Standalone() {
  stop();
}

Result<void> Standalone::listen() {
  const auto tls = tls_.open();
  if (!tls) return tls.error();
  const Executor executor = roles_.executor();
  auto control = ControlSocket::open(executor, parts_->options.data_dir,
                                     [this](std::string words) -> Task<CommandOutcome> {
                                       return run_for_operator(std::move(words));
                                     });
  if (!control) return control.error();
  control_ = std::move(*control);

  const auto authentication = access_.authentication();
  http::Router router;
  rest::add_invoice_routes(
      router, {parts_->create_invoice, parts_->void_invoice, parts_->invoices, parts_->observer,
               parts_->options.business.calendar, parts_->options.business.currency, authentication,
               parts_->record_activity});
  rest::add_report_routes(router, {parts_->reports, parts_->report_delivery, parts_->preview_day,
                                   parts_->sales_by_hour, *parts_->mail.renderer,
                                   [this] {
                                     parts_->changes.reports_changed();
                                     generator_.wake();
                                   },
                                   authentication, parts_->record_activity});
  rest::add_activity_routes(router, parts_->activity, authentication);
  rest::add_dead_letter_routes(
      router, {parts_->dead_letters, [this] { parts_->changes.reports_changed(); }, authentication,
               parts_->record_activity});
  rest::add_event_routes(router, parts_->changes, authentication);
  rest::add_session_routes(router, {access_.log_in(), parts_->clock, authentication});
  rest::add_operations_routes(
      router, {[this] { return missing(); }, [this] { return parts_->metrics->text(); }},
      authentication);
  rest::add_page_routes(router, rest::page_assets());
  auto server =
      services::listen(parts_->options.http, std::move(router), parts_->telemetry, tls_.source());
  if (!server) return server.error();
  server_ = std::move(*server);
  add_gauges();
  return {};
}

Task<CommandOutcome> Standalone::run_for_operator(std::string words) {
  auto outcome = co_await run_command(*parts_, std::move(words), true);
  access_.look_now();
  co_return outcome;
}

void Standalone::start() {
  server_->start();
  roles_.spawn(open_books_and_run());
  roles_.spawn(control_->run());
  roles_.spawn(outbox_sampler_.run());
  roles_.spawn(queue_sampler_.run());
  access_.start();
  roles_.spawn(tls_.run());
  roles_.start();
  log::info("listening", {{"address", ops::to_string({parts_->options.http.host, port()})},
                          {"tls", tls_.is_on()},
                          {"auth", std::string(parts_->options.auth.mode())},
                          {"dataDir", parts_->options.data_dir.string()},
                          {"timeZone", parts_->options.business.calendar.zone_name()},
                          {"cutOff", parts_->options.business.calendar.cut_off_text()}});
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
  co_await remember_newest_report(parts_->reports, parts_->telemetry);
  roles_.spawn(generator_.run());
  roles_.spawn(sender_.run());
}

Task<Result<void>> Standalone::prepare_store() {
  const auto books =
      co_await open_books(parts_->reports, parts_->options.business.calendar, parts_->clock);
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
  access_.add_missing(missing);
  return missing;
}

void Standalone::add_gauges() {
  ops::Metrics& metrics = *parts_->metrics;
  ops::add_process_metrics(metrics, "invoice-standalone", INVOICING_VERSION);
  add_http_metrics(metrics, *server_);
  add_tls_metrics(metrics, tls_);
  add_disk_metrics(metrics, parts_->options.data_dir);
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
  if (!roles_.started()) return;
  stopping_.store(true);
  parts_->changes.close();
  drain(*server_, kDrainDeadline);
  parts_->mail.stop.request_stop();
  control_->stop();
  generator_.stop();
  sender_.stop();
  outbox_sampler_.stop();
  queue_sampler_.stop();
  access_.stop();
  tls_.stop();
  roles_.join(kRolesDeadline);
  // Waits for a mail under way, which would otherwise come back to a context that is gone.
  parts_->mail.transport.reset();
  parts_->database->close();
}

}  // namespace invoicing::services
