#pragma once
// SMTP_URI: which server takes the mails, and how safely.

#include <cstdint>
#include <string>
#include <string_view>

#include "domain/result.hpp"

namespace invoicing::mail {

enum class TlsPolicy {
  implicit,       ///< smtps://: TLS from the first byte
  required,       ///< STARTTLS, or no mail at all
  opportunistic,  ///< STARTTLS where the server offers it; anybody on the way can take the offer
                  ///< out
  off,
};

struct SmtpServer {
  TlsPolicy tls = TlsPolicy::required;
  std::string host;  ///< a name, an IPv4 address, or an IPv6 address in brackets
  std::uint16_t port = 25;
  std::string user;  ///< empty: no authentication
  std::string password;

  /// "smtp://mail.example:587", without user and password, for logs.
  std::string shown_uri() const;
};

/// Reads `smtp://[user[:password]@]host[:port][?tls=required|opportunistic|off]` or
/// `smtps://[user[:password]@]host[:port]`. User and password are percent-decoded. Ports: 25, with
/// a user 587, smtps 465. `tls` is required unless the host is this machine (localhost,
/// 127.0.0.0/8, [::1]), there it is off. `password` is that of SMTP_PASSWORD, as it is; it belongs
/// to the user of the URI.
/// Error validation_failed with one sentence that names the fault and holds neither password nor
/// user: not such a URI, an unknown parameter, both passwords given, a password without a user, a
/// password for a connection off this machine that is not bound to be encrypted.
Result<SmtpServer> parse_smtp_uri(std::string_view uri, std::string_view password = {});

}  // namespace invoicing::mail
