#include "services/standalone/options.hpp"

#include <algorithm>
#include <thread>
#include <utility>

namespace invoicing::services {

namespace {

using Kind = ops::CommandArgument::Kind;

Error bad_value(const ops::CommandLine& line, std::string_view option, std::string_view words) {
  return Error(ErrorCode::validation_failed, line.bad_value(option, words));
}

}  // namespace

ops::ProgramInfo standalone_program() {
  return {
      .program = ops::Program::standalone,
      .version = INVOICING_VERSION,
      .summary = "Takes invoices over REST, closes each business day, and mails its sales report.",
      .commands = {
          {"serve", "Serve until SIGTERM or SIGINT.", {}},
          {"close", "Close every business day that is due, however many, and end.", {}},
          {"preview",
           "Show the running business day as it stands.",
           {{Kind::flag, "--mail", "mail it instead, marked as a preview"}}},
          {"audit",
           "Compare all reports with all invoices; exit code 1 if anything differs.",
           {{Kind::flag, "--mark", "have the next closing correct what differs"}}},
          {"backup",
           "Write a consistent, checked copy of the store, also while serving.",
           {{Kind::positional, "FILE", "the copy; must not exist yet", true}}},
          {"health", "Ask the running service whether it is ready; exit code 1 if not.", {}},
      }};
}

Result<StandaloneOptions> standalone_options(const ops::CommandLine& line) {
  const ops::Settings& settings = line.settings;
  auto calendar = BusinessCalendar::create(settings.time_zone, settings.cut_off);
  if (!calendar) return bad_value(line, "TIME_ZONE", calendar.error().detail());
  const auto currency = Currency::from_code(settings.currency);
  if (!currency) {
    return bad_value(line, "CURRENCY",
                     settings.currency + " is no ISO 4217 currency; write one such as USD or EUR");
  }
  if (!ops::is_loopback(settings.http_address) && !settings.allow_open) {
    return bad_value(line, "HTTP_ADDRESS",
                     ops::to_string(settings.http_address) +
                         " can be reached from other machines and nobody is asked who they are; "
                         "listen on 127.0.0.1, or say ALLOW_OPEN=true");
  }
  const unsigned cores = std::max(1U, std::thread::hardware_concurrency());
  return StandaloneOptions{
      .http_host = settings.http_address.host,
      .http_port = settings.http_address.port,
      .http_threads = settings.http_threads == 0 ? cores : settings.http_threads,
      .data_dir = settings.data_dir,
      .calendar = std::move(*calendar),
      .currency = *currency,
      .unique_reference = settings.unique_reference,
      .mail_from = settings.mail_from,
      .mail_to = settings.mail_to,
      .mail_templates = settings.mail_templates,
      .smtp_ca_file = settings.smtp_ca_file,
      .smtp_uri = line.secrets.smtp_uri,
      .smtp_password = line.secrets.smtp_password,
      .public_url = settings.public_url,
  };
}

}  // namespace invoicing::services
