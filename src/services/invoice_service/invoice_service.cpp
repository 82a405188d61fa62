#include "services/invoice_service/invoice_service.hpp"

#include <utility>

#include "ops/address.hpp"
#include "ops/log.hpp"
#include "ops/process_metrics.hpp"
#include "rest/activity_routes.hpp"
#include "rest/dead_letter_routes.hpp"
#include "rest/event_routes.hpp"
#include "rest/invoice_routes.hpp"
#include "rest/operations_routes.hpp"
#include "rest/page_routes.hpp"
#include "rest/report_routes.hpp"
#include "rest/session_routes.hpp"
#include "services/common/http_front.hpp"
#include "services/common/mail_parts.hpp"
#include "services/common/random_seed.hpp"
#include "services/split/mongo_metrics.hpp"
#include "services/split/ops_front.hpp"

namespace invoicing::services {

Result<std::unique_ptr<Service>> InvoiceService::open(InvoiceServiceOptions options,
                                                      std::unique_ptr<mongo::Client> client) {
  auto renderer = make_renderer(options.mail);
  if (!renderer) return renderer.error();
  std::unique_ptr<InvoiceService> service(
      new InvoiceService(std::move(options), std::move(client), std::move(*renderer)));
  const auto listening = service->listen();
  if (!listening) return listening.error();
  return std::unique_ptr<Service>(std::move(service));
}

InvoiceService::InvoiceService(InvoiceServiceOptions options, std::unique_ptr<mongo::Client> client,
                               std::unique_ptr<mail::ReportMailRenderer> renderer)
    : options_(std::move(options)),
      ids_(random_seed()),
      client_(std::move(client)),
      renderer_(std::move(renderer)),
      stored_invoices_(*client_),
      ledger_(*client_),
      reports_(*client_),
      deliveries_(*client_),
      queue_(reports_, reports_, deliveries_),
      mongo_watch_(roles_.executor(), *client_, clock_,
                   {.clock_tolerance = options_.clock_tolerance, .on_ready = {}}),
      books_(roles_.executor(), reports_, options_.business.calendar, clock_, mongo_watch_),
      activity_(*client_),
      stored_keys_(*client_),
      sessions_(*client_),
      keys_file_(options_.auth.keys_file, [](const std::string& text) { ops::log::error(text); }),
      access_(
          roles_, options_.auth,
          options_.auth.keys_file.empty() ? static_cast<ApiKeyStore&>(stored_keys_) : keys_file_,
          sessions_, clock_),
      tls_(roles_.executor(), options_.tls),
      change_poll_(roles_.executor(), *client_, mongo_watch_, reports_, reports_, clock_, changes_),
      invoices_(stored_invoices_, mongo_watch_),
      create_invoice_(invoices_, clock_, ids_),
      void_invoice_(invoices_, clock_),
      record_activity_(activity_, clock_, ids_),
      preview_day_(reports_, ledger_, clock_, options_.business.calendar,
                   options_.business.currency),
      sales_by_hour_(reports_, ledger_, clock_, options_.business.calendar,
                     options_.business.currency),
      report_delivery_(reports_, deliveries_, queue_),
      dead_letters_(reports_, deliveries_, queue_) {}

InvoiceService::~InvoiceService() {
  stop();
}

Result<void> InvoiceService::listen() {
  const auto tls = tls_.open();
  if (!tls) return tls.error();
  const rest::OperationsDoors operations{[this] { return missing(); },
                                         [this] { return metrics_.text(); }};
  const auto authentication = access_.authentication();
  http::Router router;
  rest::add_invoice_routes(
      router, {create_invoice_, void_invoice_, invoices_, observer_, options_.business.calendar,
               options_.business.currency, authentication, record_activity_});
  // Nobody to wake: the generator looks at the outbox by itself.
  rest::add_report_routes(
      router, {reports_, report_delivery_, preview_day_, sales_by_hour_, *renderer_,
               [this] { changes_.reports_changed(); }, authentication, record_activity_});
  rest::add_activity_routes(router, activity_, authentication);
  rest::add_dead_letter_routes(router, {dead_letters_, [this] { changes_.reports_changed(); },
                                        authentication, record_activity_});
  rest::add_event_routes(router, changes_, authentication);
  rest::add_session_routes(router, {access_.log_in(), clock_, authentication});
  rest::add_contract_routes(router);
  rest::add_page_routes(router, rest::page_assets());
  if (options_.ops) {
    auto ops_server = listen_for_ops(*options_.ops, operations.missing, metrics_, telemetry_);
    if (!ops_server) return ops_server.error();
    ops_server_ = std::move(*ops_server);
  } else {
    rest::add_health_routes(router, operations, authentication);
  }
  auto server = services::listen(options_.http, std::move(router), telemetry_, tls_.source());
  if (!server) return server.error();
  server_ = std::move(*server);
  ops::add_process_metrics(metrics_, "invoice-service", INVOICING_VERSION);
  add_http_metrics(metrics_, *server_);
  add_tls_metrics(metrics_, tls_);
  add_mongo_metrics(metrics_, *client_);
  return {};
}

void InvoiceService::start() {
  server_->start();
  if (ops_server_) ops_server_->start();
  roles_.spawn(mongo_watch_.run());
  roles_.spawn(books_.run());
  access_.start();
  roles_.spawn(tls_.run());
  roles_.spawn(change_poll_.run());
  roles_.start();
  const std::string address = ops::to_string({options_.http.host, server_->local_port()});
  ops::log::info(
      "listening",
      {{"address", address},
       {"opsAddress",
        ops_server_ ? ops::to_string({options_.ops->host, ops_server_->local_port()}) : address},
       {"tls", tls_.is_on()},
       {"auth", std::string(options_.auth.mode())},
       {"mongodb", client_->address()},
       {"timeZone", options_.business.calendar.zone_name()},
       {"cutOff", options_.business.calendar.cut_off_text()}});
}

std::vector<rest::Missing> InvoiceService::missing() const {
  std::vector<rest::Missing> missing;
  if (stopping_.load()) missing.push_back({"shutdown", "The process is ending."});
  if (const auto mongodb = mongo_watch_.missing()) missing.push_back(*mongodb);
  if (const auto books = books_.missing()) missing.push_back(*books);
  access_.add_missing(missing);
  return missing;
}

void InvoiceService::stop() {
  if (!roles_.started()) return;
  stopping_.store(true);
  changes_.close();
  drain(*server_, kDrainDeadline);
  change_poll_.stop();
  mongo_watch_.stop();
  books_.stop();
  access_.stop();
  tls_.stop();
  roles_.join(kRolesDeadline);
  if (ops_server_) drain(*ops_server_, kOpsDrainDeadline);
  client_->close();
}

}  // namespace invoicing::services
