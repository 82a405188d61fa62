#include "services/standalone/parts.hpp"

#include <chrono>
#include <utility>

#include "ops/log.hpp"
#include "services/common/random_seed.hpp"

namespace invoicing::services {

Result<std::unique_ptr<StandaloneParts>> StandaloneParts::open(const StandaloneOptions& options,
                                                               StoreAccess access) {
  auto renderer = make_renderer(options.mail);
  if (!renderer) return renderer.error();
  sqlite::DatabaseOptions database_options;
  database_options.folder = options.data_dir;
  database_options.read_only = access == StoreAccess::read_only;
  database_options.commit_rows_max = options.commit_rows_max;
  database_options.log = [](const std::string& line) { ops::log::warning(line); };
  auto metrics = std::make_unique<ops::Metrics>();
  auto& seconds = metrics->histogram("store_commit_duration_seconds",
                                     "Time of a commit, from its first statement to the disk.",
                                     ops::latency_bounds());
  database_options.on_commit = [&seconds](std::chrono::nanoseconds took) {
    seconds.observe(std::chrono::duration<double>(took).count());
  };
  auto database = sqlite::Database::open(std::move(database_options));
  if (!database) return database.error();
  auto mail = make_mail_parts(options.mail, std::move(*renderer));
  if (!mail) return mail.error();
  return std::unique_ptr<StandaloneParts>(
      new StandaloneParts(options, std::move(metrics), std::move(*mail), std::move(*database)));
}

StandaloneParts::StandaloneParts(const StandaloneOptions& start_options,
                                 std::unique_ptr<ops::Metrics> made, MailParts mail_parts,
                                 std::unique_ptr<sqlite::Database> opened)
    : options(start_options),
      metrics(std::move(made)),
      ids(random_seed()),
      mail(std::move(mail_parts)),
      database(std::move(opened)),
      invoices(*database, {.unique_reference = options.unique_reference}),
      ledger(*database),
      reports(*database),
      queue(*database, clock),
      deliveries(*database),
      stored_keys(*database),
      sessions(*database),
      keys_file(options.auth.keys_file, [](const std::string& text) { ops::log::error(text); }),
      keys(options.auth.keys_file.empty() ? static_cast<ApiKeyStore&>(stored_keys) : keys_file),
      activity(*database),
      create_invoice(invoices, clock, ids),
      void_invoice(invoices, clock),
      record_activity(activity, clock, ids),
      close_days({reports, ledger, clock, observer, ids}, options.business.calendar,
                 options.business.currency),
      preview_day(reports, ledger, clock, options.business.calendar, options.business.currency),
      sales_by_hour(reports, ledger, clock, options.business.calendar, options.business.currency),
      publish_reports(reports, reports, deliveries, queue, clock, observer),
      deliver_report({queue, deliveries, reports, *mail.renderer, *mail.transport, clock, observer},
                     deliver_options(options.mail, options.business.currency)),
      report_delivery(reports, deliveries, queue),
      dead_letters(reports, deliveries, queue),
      audit_books(reports, ledger, clock) {}

}  // namespace invoicing::services
