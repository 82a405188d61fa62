#include "services/email_sender/watched_transport.hpp"

namespace invoicing::services {

namespace {

bool is_about_the_server(MailReason reason) {
  switch (reason) {
    case MailReason::unreachable:
    case MailReason::timeout:
    case MailReason::tls:
    case MailReason::authentication:
    case MailReason::folder:
      return true;
    case MailReason::none:
    case MailReason::temporary_refusal:
    case MailReason::recipient_refused:
    case MailReason::content_refused:
    case MailReason::lost_answer:
      return false;
  }
  return false;
}

}  // namespace

Task<MailOutcome> WatchedTransport::send(const OutgoingMail& mail) {
  MailOutcome outcome = co_await transport_.send(mail);
  {
    const std::lock_guard lock(mutex_);
    why_.clear();
    if (is_about_the_server(outcome.reason)) {
      why_ = std::string(to_string(outcome.reason)) + ": " + outcome.detail;
    }
  }
  co_return outcome;
}

std::optional<rest::Missing> WatchedTransport::missing() const {
  const std::lock_guard lock(mutex_);
  if (why_.empty()) return std::nullopt;
  return rest::Missing{"smtp", "The last mail did not go out: " + why_};
}

}  // namespace invoicing::services
