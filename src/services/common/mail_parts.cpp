#include "services/common/mail_parts.hpp"

#include <utility>

#include "mail/transport.hpp"
#include "services/common/random_seed.hpp"

namespace invoicing::services {

Result<std::unique_ptr<mail::ReportMailRenderer>> make_renderer(const MailOptions& options) {
  return mail::ReportMailRenderer::create(
      {.from = options.from, .public_url = options.public_url, .templates = options.templates});
}

Result<MailParts> make_mail_parts(const MailOptions& options,
                                  std::unique_ptr<mail::ReportMailRenderer> renderer) {
  MailParts parts;
  parts.renderer = std::move(renderer);

  mail::TransportOptions transport_options;
  transport_options.smtp_uri = options.smtp_uri;
  transport_options.smtp_password = options.smtp_password;
  transport_options.smtp.ca_file = options.ca_file;
  transport_options.smtp.stop = parts.stop.get_token();
  transport_options.mail_folder = options.folder;
  auto transport = mail::make_transport(transport_options);
  if (!transport) return transport.error();
  parts.transport = std::move(*transport);
  return parts;
}

DeliverOptions deliver_options(const MailOptions& options, Currency currency) {
  DeliverOptions deliver;
  deliver.recipients = options.to;
  deliver.give_up_after = options.retry;
  deliver.jitter_seed = random_seed();
  deliver.original_currency = currency;
  return deliver;
}

}  // namespace invoicing::services
