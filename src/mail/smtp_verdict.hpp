#pragma once
// What the end of an SMTP dialogue means for the mail. No network here: the rules alone.

#include <string>
#include <string_view>

#include "ports/mailer.hpp"

namespace invoicing::mail {

/// The last thing that we said.
enum class SmtpStep {
  connect,         ///< nothing yet
  hello,           ///< EHLO, HELO
  starttls,        ///< STARTTLS
  authentication,  ///< AUTH
  sender,          ///< MAIL FROM
  recipient,       ///< RCPT TO
  data,            ///< DATA
  content,         ///< at least a part of the mail
  whole_content,   ///< all of it, perhaps with the final dot
};

/// How the transfer ended, as its library tells it.
enum class SmtpEnding {
  completed,
  reply,        ///< with a reply that ended it (or with none that can be understood)
  unreachable,  ///< no address, no connection
  timeout,
  tls,             ///< no STARTTLS, wrong certificate, no handshake
  authentication,  ///< the password, or no common mechanism
  broken,          ///< the connection went away
  stopped,         ///< this program wants to end
};

struct SmtpDialogue {
  SmtpEnding ending = SmtpEnding::broken;
  SmtpStep step = SmtpStep::connect;
  int reply_code = 0;  ///< of the last reply; 0 if none came after the last thing we said
  std::string words;   ///< the last reply, or the library's message
};

/// 4xx is "not now" at any step. 5xx is for good after MAIL, RCPT, DATA or the content, but for
/// 530, 534, 535 and 538, which speak of authentication; before MAIL it speaks of the server, not
/// of the mail: try again. A 2xx after the whole content is the acceptance, whatever ended the
/// dialogue after it; an end without a reply there is `lost_answer`.
MailOutcome judge(const SmtpDialogue& dialogue);

/// The step that a command line starts; `current` where it starts none (a line of AUTH, QUIT).
SmtpStep step_after(std::string_view command, SmtpStep current);

}  // namespace invoicing::mail
