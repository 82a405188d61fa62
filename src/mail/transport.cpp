#include "mail/transport.hpp"

#include <unistd.h>

#include "mail/folder_transport.hpp"
#include "mail/smtp_transport.hpp"

namespace invoicing::mail {

Result<std::unique_ptr<MailTransport>> make_transport(const TransportOptions& options) {
  if (options.smtp_uri.empty()) {
    auto folder = FolderTransport::create(options.mail_folder);
    if (!folder) return folder.error();
    return std::unique_ptr<MailTransport>(std::move(*folder));
  }
  auto server = parse_smtp_uri(options.smtp_uri, options.smtp_password);
  if (!server) return server.error();
  const auto& ca_file = options.smtp.ca_file;
  if (!ca_file.empty() && ::access(ca_file.c_str(), R_OK) != 0)
    return Error(ErrorCode::validation_failed, "The file of certificate authorities for SMTP, " +
                                                   ca_file.string() + ", cannot be read.");
  return std::unique_ptr<MailTransport>(
      std::make_unique<SmtpTransport>(std::move(*server), options.smtp));
}

}  // namespace invoicing::mail
