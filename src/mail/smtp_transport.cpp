#include "mail/smtp_transport.hpp"

#include "mail/mail_address.hpp"

namespace invoicing::mail {
namespace {

constexpr std::size_t kThreads = 2;
constexpr std::size_t kWaitingMax = 64;

bool is_bare_address(const std::string& address) {
  const auto parsed = parse_mail_address(address);
  return parsed && parsed->address == address;
}

/// A server that repeats what it was sent must not bring the password into our logs.
void hide(std::string& text, const std::string& secret) {
  if (secret.empty()) return;
  for (auto at = text.find(secret); at != std::string::npos; at = text.find(secret, at))
    text.replace(at, secret.size(), "***");
}

MailOutcome deliver(const SmtpServer& server, const SmtpOptions& options,
                    const OutgoingMail& mail) {
  if (options.stop.stop_requested())
    return {MailResult::try_again, MailReason::unreachable, "the program is stopping"};
  SmtpDialogue dialogue = talk_smtp(server, options, mail);
  hide(dialogue.words, server.password);
  return judge(dialogue);
}

}  // namespace

SmtpTransport::SmtpTransport(SmtpServer server, SmtpOptions options)
    : server_(std::move(server)), options_(std::move(options)), pool_(kThreads, kWaitingMax) {}

Task<MailOutcome> SmtpTransport::send(const OutgoingMail& mail) {
  if (!is_bare_address(mail.from))
    co_return MailOutcome{MailResult::refused, MailReason::content_refused,
                          "the sender is no mail address"};
  if (!is_bare_address(mail.recipient))
    co_return MailOutcome{MailResult::refused, MailReason::recipient_refused,
                          "the recipient is no mail address"};
  auto work = [this, &mail]() -> Result<MailOutcome> { return deliver(server_, options_, mail); };
  const Result<MailOutcome> outcome = co_await pool_.run(std::move(work));
  if (!outcome)
    co_return MailOutcome{MailResult::try_again, MailReason::unreachable,
                          "too many mails wait to be sent"};
  co_return *outcome;
}

}  // namespace invoicing::mail
