#pragma once
// One SMTP transaction by libcurl, blocking.

#include <chrono>
#include <filesystem>
#include <stop_token>
#include <string>

#include "mail/smtp_uri.hpp"
#include "mail/smtp_verdict.hpp"

namespace invoicing::mail {

struct SmtpOptions {
  /// PEM file with the authorities to trust instead of the system's; empty: the system's.
  std::filesystem::path ca_file;
  /// Until the server's address is known and the connection (with smtps its TLS) stands.
  std::chrono::milliseconds connect_timeout_ms{15'000};
  /// The whole dialogue, connecting included. A claim of the delivery must outlast it.
  std::chrono::milliseconds dialogue_timeout_ms{120'000};
  /// Cuts dialogues short when the program ends: within about a second, or after two more for the
  /// answer to a whole mail, which may have been taken.
  std::stop_token stop;
};

/// Sends `mail` to its one recipient. TLS 1.2 or newer, the certificate always verified. Blocks for
/// at most the dialogue's time-out (and 3 s for the answer to QUIT). Any thread.
SmtpDialogue talk_smtp(const SmtpServer& server, const SmtpOptions& options,
                       const OutgoingMail& mail);

}  // namespace invoicing::mail
