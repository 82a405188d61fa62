#pragma once
// The doors to the mail: one renders a report, one hands a finished mail to a server.

#include <string>
#include <string_view>
#include <vector>

#include "async/task.hpp"
#include "domain/result.hpp"
#include "domain/sales_report.hpp"
#include "domain/trace.hpp"

namespace invoicing {

/// A finished mail: RFC 5322 bytes for one recipient.
struct OutgoingMail {
  std::string message_id;  ///< with angle brackets, as in the header; the same on every try
  std::string from;        ///< envelope sender
  std::string recipient;   ///< envelope recipient, one
  std::string content;     ///< CRLF line ends, complete with headers
};

/// Thread-safe, no I/O.
class MailRenderer {
 public:
  virtual ~MailRenderer() = default;

  /// The same report, id, recipient and trace give the same bytes, so that a retry is the same
  /// mail. `message_id` is the queue's message id; the Message-ID header derives from it.
  virtual Result<OutgoingMail> render(const SalesReport& report, const std::string& message_id,
                                      const std::string& recipient, const Trace& trace) const = 0;

  /// The HTML part alone, with the chart as a data: URI, for GET /reports/{businessDay}/mail.
  virtual Result<std::string> render_html(const SalesReport& report) const = 0;
};

enum class MailResult {
  accepted,   ///< the server has taken it
  refused,    ///< the server has refused it for good (5xx about this sender, recipient or content)
  try_again,  ///< not now: no server, 4xx, wrong certificate or password, time-out
};

/// Why it is not accepted, also the label of the metric.
enum class MailReason {
  none,
  unreachable,
  timeout,
  tls,
  authentication,
  temporary_refusal,
  recipient_refused,
  content_refused,
  lost_answer,  ///< the connection broke after the content: taken or not, nobody knows
  folder,       ///< the mail folder cannot be written
};

/// "none", "unreachable", … as the metric writes it.
std::string_view to_string(MailReason reason);

struct MailOutcome {
  MailResult result = MailResult::accepted;
  MailReason reason = MailReason::none;
  std::string detail;  ///< the server's words or the system's, for the log; no secrets
};

/// Thread-safe. Resumes on the executor it was awaited on.
class MailTransport {
 public:
  virtual ~MailTransport() = default;

  virtual Task<MailOutcome> send(const OutgoingMail& mail) = 0;
};

}  // namespace invoicing
