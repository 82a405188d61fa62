#pragma once
// What turns a report into a mail and brings it away: renderer and transport.

#include <memory>
#include <stop_token>

#include "app/deliver_report.hpp"
#include "domain/money.hpp"
#include "domain/result.hpp"
#include "mail/report_mail_renderer.hpp"
#include "ports/mailer.hpp"
#include "services/common/start_options.hpp"

namespace invoicing::services {

struct MailParts {
  std::stop_source stop;  ///< cuts an SMTP dialogue short when the process ends
  std::unique_ptr<mail::ReportMailRenderer> renderer;
  std::unique_ptr<MailTransport> transport;
};

/// Error validation_failed: an address, URL or template that cannot be used.
Result<std::unique_ptr<mail::ReportMailRenderer>> make_renderer(const MailOptions& options);

/// The rest around a renderer. Errors: validation_failed (the URI, a CA file that cannot be read),
/// storage_unavailable (the folder for mails cannot be made). Does not connect.
Result<MailParts> make_mail_parts(const MailOptions& options,
                                  std::unique_ptr<mail::ReportMailRenderer> renderer);

/// To everybody in MAIL_TO, with the usual back-off, for MAIL_RETRY_HOURS.
DeliverOptions deliver_options(const MailOptions& options, Currency currency);

}  // namespace invoicing::services
