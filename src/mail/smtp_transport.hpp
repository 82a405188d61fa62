#pragma once
// Mails to an SMTP server (RFC 5321), one transaction per recipient.

#include "async/worker_pool.hpp"
#include "mail/smtp_dialogue.hpp"
#include "ports/mailer.hpp"

namespace invoicing::mail {

/// Dialogues run on two threads of its own; up to 64 mails more wait for one. The destructor waits
/// for dialogues under way; SmtpOptions::stop cuts them short first.
class SmtpTransport final : public MailTransport {
 public:
  SmtpTransport(SmtpServer server, SmtpOptions options);

  /// The meaning of every outcome: smtp_verdict.hpp. Sender or recipient that is no plain address
  /// (a line end in it, say): refused, without a connection. The password never stands in `detail`.
  Task<MailOutcome> send(const OutgoingMail& mail) override;

 private:
  SmtpServer server_;
  SmtpOptions options_;
  WorkerPool pool_;
};

}  // namespace invoicing::mail
