#pragma once
// A report mail as RFC 5322 bytes: multipart/mixed { multipart/alternative { text,
// multipart/related { html, chart } }, csv }. The one door to the MIME library.

#include <string>
#include <string_view>

#include "domain/instant.hpp"
#include "domain/result.hpp"
#include "domain/trace.hpp"
#include "mail/mail_address.hpp"

namespace invoicing::mail {

/// What a mail is made of. Texts are UTF-8 with LF line ends.
struct MimeMail {
  MailAddress from;
  MailAddress to;
  std::string subject;       ///< encoded by RFC 2047 where it must be
  std::string message_id;    ///< without angle brackets; also the seed of the boundaries
  Instant date{};            ///< the Date header, to the second, UTC
  std::string business_day;  ///< header X-Business-Day, for filters and file names
  Trace trace;               ///< headers Traceparent and X-Request-Id, each where there is one
  std::string text;
  std::string html;
  std::string chart_png;         ///< empty: no picture
  std::string chart_content_id;  ///< without angle brackets
  std::string csv;
  std::string csv_name;
};

/// The same parts give the same bytes, CRLF throughout. Error validation_failed if a header value
/// holds CR, LF or NUL.
Result<std::string> write_mime(const MimeMail& mail);

/// RFC 4648, one line.
std::string base64(std::string_view bytes);

}  // namespace invoicing::mail
