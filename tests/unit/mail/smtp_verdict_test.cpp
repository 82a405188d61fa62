#include "mail/smtp_verdict.hpp"

#include <gtest/gtest.h>

namespace invoicing::mail {
namespace {

using enum SmtpStep;

std::pair<MailResult, MailReason> judged(SmtpEnding ending, SmtpStep step, int code = 0) {
  const MailOutcome outcome = judge({ending, step, code, "words"});
  return {outcome.result, outcome.reason};
}

std::pair<MailResult, MailReason> again(MailReason reason) {
  return {MailResult::try_again, reason};
}
std::pair<MailResult, MailReason> refused(MailReason reason) {
  return {MailResult::refused, reason};
}

constexpr SmtpStep kAllSteps[] = {connect,   hello, starttls, authentication, sender,
                                  recipient, data,  content,  whole_content};

TEST(SmtpVerdict, FourHundredMeansNotNowAtEveryStep) {
  for (const SmtpStep step : kAllSteps)
    EXPECT_EQ(judged(SmtpEnding::reply, step, 451), again(MailReason::temporary_refusal));
}

TEST(SmtpVerdict, FiveHundredIsForGoodOnlyAboutTheMail) {
  EXPECT_EQ(judged(SmtpEnding::reply, connect, 554), again(MailReason::temporary_refusal));
  EXPECT_EQ(judged(SmtpEnding::reply, hello, 550), again(MailReason::temporary_refusal));
  EXPECT_EQ(judged(SmtpEnding::reply, starttls, 501), again(MailReason::tls));
  EXPECT_EQ(judged(SmtpEnding::reply, authentication, 550), again(MailReason::authentication));
  EXPECT_EQ(judged(SmtpEnding::reply, sender, 553), refused(MailReason::content_refused));
  EXPECT_EQ(judged(SmtpEnding::reply, recipient, 550), refused(MailReason::recipient_refused));
  EXPECT_EQ(judged(SmtpEnding::reply, data, 554), refused(MailReason::content_refused));
  EXPECT_EQ(judged(SmtpEnding::reply, whole_content, 554), refused(MailReason::content_refused));
}

TEST(SmtpVerdict, AMissingPasswordIsNeverTheMailsFault) {
  for (const SmtpStep step : kAllSteps)
    for (const int code : {530, 534, 535, 538})
      EXPECT_EQ(judged(SmtpEnding::reply, step, code), again(MailReason::authentication));
  EXPECT_EQ(judged(SmtpEnding::authentication, authentication, 535),
            again(MailReason::authentication));
  EXPECT_EQ(judged(SmtpEnding::authentication, authentication, 454),
            again(MailReason::temporary_refusal));
}

TEST(SmtpVerdict, AYesAfterTheWholeContentCountsWhateverEndsTheDialogueThen) {
  const std::pair accepted{MailResult::accepted, MailReason::none};
  for (const SmtpEnding ending :
       {SmtpEnding::completed, SmtpEnding::stopped, SmtpEnding::timeout, SmtpEnding::broken})
    EXPECT_EQ(judged(ending, whole_content, 250), accepted);
  for (const SmtpStep step : {recipient, data, content})
    EXPECT_EQ(judged(SmtpEnding::stopped, step, 250), again(MailReason::unreachable));
}

TEST(SmtpVerdict, SilenceAfterTheWholeContentIsALostAnswer) {
  for (const SmtpEnding ending :
       {SmtpEnding::timeout, SmtpEnding::broken, SmtpEnding::stopped, SmtpEnding::reply})
    EXPECT_EQ(judged(ending, whole_content), again(MailReason::lost_answer));
  EXPECT_EQ(judged(SmtpEnding::timeout, content), again(MailReason::timeout));
  EXPECT_EQ(judged(SmtpEnding::broken, content), again(MailReason::unreachable));
  EXPECT_EQ(judged(SmtpEnding::timeout, data), again(MailReason::timeout));
  EXPECT_EQ(judged(SmtpEnding::broken, recipient), again(MailReason::unreachable));
}

TEST(SmtpVerdict, WordsBeforeHangingUpCount) {
  EXPECT_EQ(judged(SmtpEnding::broken, recipient, 421), again(MailReason::temporary_refusal));
  EXPECT_EQ(judged(SmtpEnding::broken, whole_content, 554), refused(MailReason::content_refused));
}

TEST(SmtpVerdict, DetailNamesTheStepAndIsOneLine) {
  const MailOutcome outcome = judge({SmtpEnding::reply, recipient, 550, "550 no\r\nsuch user"});
  EXPECT_TRUE(outcome.detail.starts_with("RCPT: 550 no"));
  EXPECT_EQ(outcome.detail.find('\n'), std::string::npos);
  EXPECT_EQ(judge({SmtpEnding::completed, whole_content, 250, "250 queued as 7"}).detail,
            "250 queued as 7");
}

TEST(SmtpVerdict, KnowsTheCommands) {
  EXPECT_EQ(step_after("EHLO me\r\n", connect), hello);
  EXPECT_EQ(step_after("AUTH PLAIN c2VjcmV0\r\n", hello), authentication);
  EXPECT_EQ(step_after("c2VjcmV0\r\n", authentication), authentication);
  EXPECT_EQ(step_after("MAIL FROM:<a@b>\r\n", authentication), sender);
  EXPECT_EQ(step_after("QUIT\r\n", recipient), recipient);
}

}  // namespace
}  // namespace invoicing::mail
