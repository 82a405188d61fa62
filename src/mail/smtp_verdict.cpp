#include "mail/smtp_verdict.hpp"

#include <algorithm>
#include <array>

#include "mail/display_text.hpp"

namespace invoicing::mail {
namespace {

constexpr std::size_t kDetailCharacters = 300;

struct StepName {
  std::string_view command;
  SmtpStep step;
};
constexpr std::array<StepName, 7> kCommands{{{"EHLO", SmtpStep::hello},
                                             {"HELO", SmtpStep::hello},
                                             {"STARTTLS", SmtpStep::starttls},
                                             {"AUTH", SmtpStep::authentication},
                                             {"MAIL", SmtpStep::sender},
                                             {"RCPT", SmtpStep::recipient},
                                             {"DATA", SmtpStep::data}}};

std::string_view name_of(SmtpStep step) {
  if (step == SmtpStep::connect) return "connect";
  if (step >= SmtpStep::content) return "after the content";
  const auto found = std::find_if(kCommands.begin(), kCommands.end(),
                                  [step](const StepName& name) { return name.step == step; });
  return found->command;
}

bool speaks_of_authentication(int code) {
  return code == 530 || code == 534 || code == 535 || code == 538;
}

MailOutcome outcome(MailResult result, MailReason reason, const SmtpDialogue& dialogue) {
  return {result, reason,
          std::string(name_of(dialogue.step)) + ": " + shown(dialogue.words, kDetailCharacters)};
}

MailOutcome judge_reply(const SmtpDialogue& dialogue) {
  const int code = dialogue.reply_code;
  const auto again = [&](MailReason reason) {
    return outcome(MailResult::try_again, reason, dialogue);
  };
  if (speaks_of_authentication(code)) return again(MailReason::authentication);
  if (code >= 400 && code < 500) return again(MailReason::temporary_refusal);
  if (code < 500 || code > 599)
    return again(dialogue.step == SmtpStep::whole_content ? MailReason::lost_answer
                                                          : MailReason::unreachable);
  switch (dialogue.step) {
    case SmtpStep::connect:
    case SmtpStep::hello:
      return again(MailReason::temporary_refusal);
    case SmtpStep::starttls:
      return again(MailReason::tls);
    case SmtpStep::authentication:
      return again(MailReason::authentication);
    case SmtpStep::recipient:
      return outcome(MailResult::refused, MailReason::recipient_refused, dialogue);
    case SmtpStep::sender:
    case SmtpStep::data:
    case SmtpStep::content:
    case SmtpStep::whole_content:
      break;
  }
  return outcome(MailResult::refused, MailReason::content_refused, dialogue);
}

/// A "yes" after the whole content counts whatever ended the dialogue then: the program's stop,
/// say.
bool is_taken(const SmtpDialogue& dialogue) {
  const bool yes = dialogue.reply_code >= 200 && dialogue.reply_code < 300;
  return dialogue.ending == SmtpEnding::completed ||
         (dialogue.step == SmtpStep::whole_content && yes);
}

}  // namespace

MailOutcome judge(const SmtpDialogue& dialogue) {
  if (is_taken(dialogue)) {
    return {MailResult::accepted, MailReason::none, shown(dialogue.words, kDetailCharacters)};
  }
  const auto again = [&](MailReason reason) {
    const bool perhaps_taken = dialogue.step == SmtpStep::whole_content;
    return outcome(MailResult::try_again, perhaps_taken ? MailReason::lost_answer : reason,
                   dialogue);
  };
  switch (dialogue.ending) {
    case SmtpEnding::reply:
      return judge_reply(dialogue);
    case SmtpEnding::timeout:
      return again(MailReason::timeout);
    case SmtpEnding::tls:
      return again(MailReason::tls);
    case SmtpEnding::authentication:
      return dialogue.reply_code >= 400 && dialogue.reply_code < 500
                 ? again(MailReason::temporary_refusal)
                 : again(MailReason::authentication);
    case SmtpEnding::unreachable:
    case SmtpEnding::stopped:
      return again(MailReason::unreachable);
    case SmtpEnding::completed:
    case SmtpEnding::broken:
      break;
  }
  // Some servers say 421 and hang up: the words then count more than the silence after them.
  if (dialogue.reply_code >= 400) return judge_reply(dialogue);
  return again(MailReason::unreachable);
}

SmtpStep step_after(std::string_view command, SmtpStep current) {
  for (const StepName& name : kCommands)
    if (command.starts_with(name.command)) return name.step;
  return current;
}

}  // namespace invoicing::mail
