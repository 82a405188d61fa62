#include "services/standalone/parts.hpp"

#include <random>
#include <utility>

#include "ops/log.hpp"

namespace invoicing::services {

namespace {

DeliverOptions deliver_options(const StandaloneOptions& options) {
  DeliverOptions deliver;
  deliver.recipients = options.mail_to;
  deliver.jitter_seed = random_seed();
  deliver.original_currency = options.currency;
  return deliver;
}

}  // namespace

std::uint64_t random_seed() {
  std::random_device device;
  return (std::uint64_t{device()} << 32) | device();
}

Result<std::unique_ptr<StandaloneParts>> StandaloneParts::open(const StandaloneOptions& options,
                                                               StoreAccess access) {
  auto renderer = mail::ReportMailRenderer::create({.from = options.mail_from,
                                                    .public_url = options.public_url,
                                                    .templates = options.mail_templates});
  if (!renderer) return renderer.error();
  sqlite::DatabaseOptions database_options;
  database_options.folder = options.data_dir;
  database_options.read_only = access == StoreAccess::read_only;
  database_options.commit_rows_max = options.commit_rows_max;
  database_options.log = [](const std::string& line) { ops::log::warning(line); };
  auto database = sqlite::Database::open(std::move(database_options));
  if (!database) return database.error();

  mail::TransportOptions transport_options;
  transport_options.smtp_uri = options.smtp_uri;
  transport_options.smtp_password = options.smtp_password;
  transport_options.smtp.ca_file = options.smtp_ca_file;
  transport_options.mail_folder = options.data_dir / "mail";
  std::stop_source mail_stop;
  transport_options.smtp.stop = mail_stop.get_token();
  auto transport = mail::make_transport(transport_options);
  if (!transport) return transport.error();
  return std::unique_ptr<StandaloneParts>(
      new StandaloneParts(options, std::move(mail_stop), std::move(*database), std::move(*renderer),
                          std::move(*transport)));
}

StandaloneParts::StandaloneParts(const StandaloneOptions& start_options,
                                 std::stop_source stop_source,
                                 std::unique_ptr<sqlite::Database> opened,
                                 std::unique_ptr<mail::ReportMailRenderer> mail_renderer,
                                 std::unique_ptr<MailTransport> mail_transport)
    : options(start_options),
      ids(random_seed()),
      mail_stop(std::move(stop_source)),
      database(std::move(opened)),
      renderer(std::move(mail_renderer)),
      transport(std::move(mail_transport)),
      invoices(*database, {.unique_reference = options.unique_reference}),
      ledger(*database),
      reports(*database),
      queue(*database, clock),
      deliveries(*database),
      create_invoice(invoices, clock, ids),
      void_invoice(invoices, clock),
      close_days({reports, ledger, clock, telemetry, ids}, options.calendar, options.currency),
      preview_day(reports, ledger, clock, options.calendar, options.currency),
      publish_reports(reports, reports, deliveries, queue, clock, telemetry),
      deliver_report({queue, deliveries, reports, *renderer, *transport, clock, telemetry},
                     deliver_options(options)),
      report_delivery(reports, deliveries, queue),
      audit_books(reports, ledger, clock) {}

}  // namespace invoicing::services
