#include "tests/support/memory/mail_transport.hpp"

#include <utility>

namespace invoicing::memory {

Task<MailOutcome> RecordingMailTransport::send(const OutgoingMail& mail) {
  const std::lock_guard lock(mutex_);
  MailOutcome outcome;
  if (!answers_.empty()) {
    outcome = std::move(answers_.front());
    answers_.pop_front();
  }
  offered_.push_back(mail);
  if (outcome.result == MailResult::accepted) accepted_.push_back(mail);
  co_return outcome;
}

void RecordingMailTransport::answer_next(MailOutcome outcome) {
  const std::lock_guard lock(mutex_);
  answers_.push_back(std::move(outcome));
}

std::vector<OutgoingMail> RecordingMailTransport::offered() const {
  const std::lock_guard lock(mutex_);
  return offered_;
}

std::vector<OutgoingMail> RecordingMailTransport::accepted() const {
  const std::lock_guard lock(mutex_);
  return accepted_;
}

}  // namespace invoicing::memory
