#include "ports/mailer.hpp"

namespace invoicing {

std::string_view to_string(MailReason reason) {
  switch (reason) {
    case MailReason::none:
      return "none";
    case MailReason::unreachable:
      return "unreachable";
    case MailReason::timeout:
      return "timeout";
    case MailReason::tls:
      return "tls";
    case MailReason::authentication:
      return "authentication";
    case MailReason::temporary_refusal:
      return "temporary_refusal";
    case MailReason::recipient_refused:
      return "recipient_refused";
    case MailReason::content_refused:
      return "content_refused";
    case MailReason::lost_answer:
      return "lost_answer";
    case MailReason::folder:
      return "folder";
  }
  return "none";
}

}  // namespace invoicing
