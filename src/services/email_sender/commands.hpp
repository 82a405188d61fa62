#pragma once
// What the operator can ask of a sender beside serving.

#include <string>

#include "async/task.hpp"
#include "mongo/client.hpp"
#include "services/common/command_outcome.hpp"
#include "services/common/mail_parts.hpp"
#include "services/email_sender/options.hpp"

namespace invoicing::services {

struct DeadOrder {
  std::string action;  ///< list, requeue or drop
  std::string id;      ///< empty for list
};

/// The dead letters of the queue. `client` is the ledger in MongoDB, or null where it is a file:
/// requeue lets those be tried again who have refused the mail, in whichever it is.
Task<CommandOutcome> handle_dead_letters(const EmailSenderOptions& options, mongo::Client* client,
                                         DeadOrder order);

/// A test mail to each in MAIL_TO, marked as unsealed; a line for each says what became of it. Exit
/// code 1 unless everybody's was taken.
Task<CommandOutcome> send_test(const EmailSenderOptions& options, MailParts& mail);

}  // namespace invoicing::services
