#include "services/email_sender/options.hpp"

#include <utility>

#include "services/split/split_options.hpp"

namespace invoicing::services {

namespace {

using Kind = ops::CommandArgument::Kind;

}  // namespace

ops::ProgramInfo email_sender_program() {
  return {.program = ops::Program::email_sender,
          .version = INVOICING_VERSION,
          .summary = "Takes sales reports from the queue and mails them.",
          .commands = {
              {"serve",
               "Serve until SIGTERM or SIGINT; several copies may, where MONGO_URI is given.",
               {}},
              {"dead",
               "Handle the dead letters: list, requeue ID, drop ID.",
               {{Kind::positional, "ACTION", "list, requeue or drop", true},
                {Kind::positional, "ID", "the message, as the list names it"}}},
              {"send-test", "Send everybody in MAIL_TO a test mail and say what became of it.", {}},
              {"health", "Ask the running service whether it is ready; exit code 1 if not.", {}},
          }};
}

Result<EmailSenderOptions> email_sender_options(const ops::CommandLine& line) {
  auto business = business_options(line);
  if (!business) return business.error();
  auto broker = rabbit_options(line);
  if (!broker) return broker.error();
  return EmailSenderOptions{.ops = ops_listen_options(line),
                            .business = std::move(*business),
                            .mail = mail_options(line),
                            .data_dir = line.settings.data_dir,
                            .broker = std::move(*broker)};
}

}  // namespace invoicing::services
