#pragma once
// Mail addresses as MAIL_FROM and MAIL_TO have them: a subset of RFC 5321 and RFC 5322 that every
// mail server takes, and that no header can be broken with.

#include <string>
#include <string_view>

#include "domain/result.hpp"

namespace invoicing::mail {

/// "Shop <sales@example.com>" in its parts.
struct MailAddress {
  std::string display_name;  ///< may be empty; UTF-8 without control characters
  std::string address;       ///< local@domain, ASCII

  /// What stands behind the @.
  std::string_view domain() const;
  friend bool operator==(const MailAddress&, const MailAddress&) = default;
};

/// Reads `local@domain` or `Name <local@domain>` or `"Name, Ltd." <local@domain>`. The local part
/// is a dot-atom of at most 64 bytes; the domain consists of letters, digits, hyphens and dots, at
/// most 253 bytes, one label being enough ("localhost"). Quoted local parts, address literals
/// ([127.0.0.1]) and domains outside ASCII are refused. Error validation_failed with a sentence
/// that names the fault and the cure.
Result<MailAddress> parse_mail_address(std::string_view text);

}  // namespace invoicing::mail
