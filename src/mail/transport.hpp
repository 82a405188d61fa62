#pragma once
// Which way the mails go: to an SMTP server if there is one, else into a folder.

#include <filesystem>
#include <memory>
#include <string>

#include "mail/smtp_dialogue.hpp"
#include "ports/mailer.hpp"

namespace invoicing::mail {

struct TransportOptions {
  std::string smtp_uri;               ///< SMTP_URI, see parse_smtp_uri; empty: the folder
  std::string smtp_password;          ///< SMTP_PASSWORD
  SmtpOptions smtp;                   ///< time-outs, authorities
  std::filesystem::path mail_folder;  ///< DATA_DIR/mail; used where smtp_uri is empty
};

/// Errors: validation_failed (smtp_uri; the sentence holds no secret; a CA file that cannot be
/// read), storage_unavailable (the folder). Does not connect yet.
Result<std::unique_ptr<MailTransport>> make_transport(const TransportOptions& options);

}  // namespace invoicing::mail
