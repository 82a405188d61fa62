#pragma once
// A mail server that keeps what it is given, and answers as the test says.

#include <deque>
#include <mutex>
#include <vector>

#include "ports/mailer.hpp"

namespace invoicing::memory {

/// Thread-safe. Answers the prepared outcomes one by one, then `accepted`.
class RecordingMailTransport final : public MailTransport {
 public:
  Task<MailOutcome> send(const OutgoingMail& mail) override;

  /// The outcome of the next send that has none yet.
  void answer_next(MailOutcome outcome);
  /// Every mail that was offered, in order, whatever the answer was.
  std::vector<OutgoingMail> offered() const;
  /// Those that were accepted.
  std::vector<OutgoingMail> accepted() const;

 private:
  mutable std::mutex mutex_;
  std::deque<MailOutcome> answers_;
  std::vector<OutgoingMail> offered_;
  std::vector<OutgoingMail> accepted_;
};

}  // namespace invoicing::memory
