#include "services/common/start_options.hpp"

#include <algorithm>
#include <thread>
#include <utility>

namespace invoicing::services {

namespace {

Error bad_value(const ops::CommandLine& line, std::string_view option, std::string_view words) {
  return Error(ErrorCode::validation_failed, line.bad_value(option, words));
}

}  // namespace

Result<BusinessOptions> business_options(const ops::CommandLine& line) {
  auto calendar = BusinessCalendar::create(line.settings.time_zone, line.settings.cut_off);
  if (!calendar) return bad_value(line, "TIME_ZONE", calendar.error().detail());
  const auto currency = Currency::from_code(line.settings.currency);
  if (!currency) {
    return bad_value(
        line, "CURRENCY",
        line.settings.currency + " is no ISO 4217 currency; write one such as USD or EUR");
  }
  return BusinessOptions{std::move(*calendar), *currency};
}

ListenOptions api_options(const ops::CommandLine& line) {
  const ops::Settings& settings = line.settings;
  const unsigned cores = std::max(1U, std::thread::hardware_concurrency());
  return ListenOptions{.host = settings.http_address.host,
                       .port = settings.http_address.port,
                       .threads = settings.http_threads == 0 ? cores : settings.http_threads};
}

MailOptions mail_options(const ops::CommandLine& line) {
  return {.from = line.settings.mail_from,
          .to = line.settings.mail_to,
          .retry = line.settings.mail_retry_hours,
          .templates = line.settings.mail_templates,
          .ca_file = line.settings.smtp_ca_file,
          .folder = line.settings.data_dir / "mail",
          .smtp_uri = line.secrets.smtp_uri,
          .smtp_password = line.secrets.smtp_password,
          .public_url = line.settings.public_url};
}

}  // namespace invoicing::services
