#include "services/standalone/options.hpp"

#include <utility>

#include "services/common/key_commands.hpp"

namespace invoicing::services {

namespace {

using Kind = ops::CommandArgument::Kind;

}  // namespace

ops::ProgramInfo standalone_program() {
  return {
      .program = ops::Program::standalone,
      .version = INVOICING_VERSION,
      .summary = "Takes invoices over REST, closes each business day, and mails its sales report.",
      .commands = {
          {"serve", "Serve until SIGTERM or SIGINT.", {}},
          {"close", "Close every business day that is due, however many, and end.", {}},
          {"preview",
           "Show the running business day as it stands.",
           {{Kind::flag, "--mail", "mail it instead, marked as a preview"}}},
          {"audit",
           "Compare all reports with all invoices; exit code 1 if anything differs.",
           {{Kind::flag, "--mark", "have the next closing correct what differs"}}},
          {"backup",
           "Write a consistent, checked copy of the store, also while serving.",
           {{Kind::positional, "FILE", "the copy; must not exist yet", true}}},
          {"export",
           "Move everything to MongoDB, for the three services; nobody may serve meanwhile.",
           {{Kind::value, "--to", "URI of an empty database, or @FILE that holds it", true}}},
          {"import",
           "Move everything from MongoDB into an empty DATA_DIR; stop the services before.",
           {{Kind::value, "--from", "URI of the database, or @FILE that holds it", true}}},
          keys_command(),
          {"health", "Ask the running service whether it is ready; exit code 1 if not.", {}},
      }};
}

Result<StandaloneOptions> standalone_options(const ops::CommandLine& line) {
  auto business = business_options(line);
  if (!business) return business.error();
  auto auth = auth_options(line);
  if (!auth) return auth.error();
  auto tls = tls_options(line);
  if (!tls) return tls.error();
  return StandaloneOptions{
      .http = api_options(line),
      .tls = *std::move(tls),
      .auth = std::move(*auth),
      .business = std::move(*business),
      .mail = mail_options(line),
      .data_dir = line.settings.data_dir,
      .unique_reference = line.settings.unique_reference,
  };
}

}  // namespace invoicing::services
