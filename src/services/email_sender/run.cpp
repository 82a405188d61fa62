#include "services/email_sender/run.hpp"

#include <iostream>
#include <memory>
#include <string>
#include <utility>

#include "ops/log.hpp"
#include "services/common/command_outcome.hpp"
#include "services/common/health_probe.hpp"
#include "services/email_sender/commands.hpp"
#include "services/email_sender/email_sender.hpp"
#include "services/email_sender/options.hpp"
#include "services/split/split_options.hpp"

namespace invoicing::services {

namespace {

// Null where MONGO_URI is not given.
Result<std::unique_ptr<mongo::Client>> client_of(const ops::CommandLine& line,
                                                 const EmailSenderOptions& options) {
  if (line.secrets.mongo_uri.empty()) return std::unique_ptr<mongo::Client>();
  return open_mongo(line, options.business.currency);
}

int serve_mails(const ops::CommandLine& line, EmailSenderOptions options) {
  return serve(line, [&]() -> Result<std::unique_ptr<Service>> {
    auto client = client_of(line, options);
    if (!client) return client.error();
    if (*client) return EmailSender::open(std::move(options), ledger_in_mongo(std::move(*client)));
    auto ledger = ledger_in_file(options.data_dir, LedgerAccess::read_write);
    if (!ledger) return ledger.error();
    return EmailSender::open(std::move(options), std::move(*ledger));
  });
}

int run_dead(const ops::CommandLine& line, const EmailSenderOptions& options) {
  DeadOrder order{line.arguments.find("ACTION")->second, {}};
  if (const auto id = line.arguments.find("ID"); id != line.arguments.end()) order.id = id->second;
  const bool wants_id = order.action == "requeue" || order.action == "drop";
  if (!wants_id && order.action != "list") {
    return complain(line.program + ": dead: write dead list, dead requeue ID or dead drop ID",
                    kWrongUse);
  }
  if (wants_id == order.id.empty()) {
    return complain(line.program + ": dead: " + order.action +
                        (wants_id ? " needs the ID that dead list shows" : " takes no ID"),
                    kWrongUse);
  }
  auto client = client_of(line, options);
  if (!client) return complain(client.error().detail(), kWrongUse);
  return print_outcome(run_to_end(handle_dead_letters(options, client->get(), std::move(order))));
}

int run_test(const ops::CommandLine& line, const EmailSenderOptions& options) {
  auto renderer = make_renderer(options.mail);
  if (!renderer) return complain(line.program + ": " + renderer.error().detail(), kWrongUse);
  auto mail = make_mail_parts(options.mail, std::move(*renderer));
  if (!mail) return complain(line.program + ": " + mail.error().detail(), kWrongUse);
  return print_outcome(run_to_end(send_test(options, *mail)));
}

}  // namespace

int run_email_sender(const ops::CommandLine& line) {
  ops::log::start(line.settings.log_level, line.settings.log_format);
  auto options = email_sender_options(line);
  if (!options) return complain(options.error().detail(), kWrongUse);
  if (line.command == "health") return report_health({options->ops.host, options->ops.port});
  if (line.command == "serve") return serve_mails(line, std::move(*options));
  // What a command says stands on stdout alone.
  ops::log::start(line.settings.log_level, line.settings.log_format, &std::cerr);
  return line.command == "dead" ? run_dead(line, *options) : run_test(line, *options);
}

}  // namespace invoicing::services
