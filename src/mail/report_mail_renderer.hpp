#pragma once
// Renders a sales report as a mail: text, HTML with a chart, and all quantities as CSV.

#include <filesystem>
#include <memory>
#include <string>

#include "mail/mail_address.hpp"
#include "mail/mail_templates.hpp"
#include "ports/mailer.hpp"

namespace invoicing::mail {

struct MailRendererOptions {
  std::string from = "sales@localhost";  ///< MAIL_FROM, see parse_mail_address
  std::string public_url;                ///< PUBLIC_URL, http:// or https://; empty: no links
  std::filesystem::path templates;       ///< folder of --mail-templates; empty: the embedded ones
};

/// Thread-safe, immutable. Time and memory grow with the number of SKUs (100,000 in under a
/// second); the mail shows 20 of them, the attachment all.
class ReportMailRenderer final : public MailRenderer {
 public:
  /// Error validation_failed with one clear sentence: a bad address, URL or template (the file and
  /// the line named).
  static Result<std::unique_ptr<ReportMailRenderer>> create(const MailRendererOptions& options);

  /// `recipient` as in MAIL_TO, with or without a display name; OutgoingMail::recipient is the bare
  /// address. The Message-ID is <MESSAGEID.HASH@DOMAIN>: the queue's message id (its hash where it
  /// holds other characters than letters, digits, dots and hyphens), 16 hex digits of the SHA-256
  /// of the recipient's address, the domain of MAIL_FROM. Error validation_failed: a recipient that
  /// is no address; a subject template that yields a line end or a NUL.
  Result<OutgoingMail> render(const SalesReport& report, const std::string& message_id,
                              const std::string& recipient, const Trace& trace) const override;

  Result<std::string> render_html(const SalesReport& report) const override;

 private:
  ReportMailRenderer(MailAddress from, std::string public_url, MailTemplates templates)
      : from_(std::move(from)),
        public_url_(std::move(public_url)),
        templates_(std::move(templates)) {}

  MailAddress from_;
  std::string public_url_;
  MailTemplates templates_;
};

}  // namespace invoicing::mail
