#include "services/invoice_service/options.hpp"

#include <utility>

#include "services/common/key_commands.hpp"
#include "services/split/split_options.hpp"

namespace invoicing::services {

ops::ProgramInfo invoice_service_program() {
  return {.program = ops::Program::invoice_service,
          .version = INVOICING_VERSION,
          .summary = "Takes invoices over REST and shows the reports; keeps both in MongoDB.",
          .commands = {
              {"serve", "Serve until SIGTERM or SIGINT.", {}},
              keys_command(),
              {"health", "Ask the running service whether it is ready; exit code 1 if not.", {}},
          }};
}

Result<InvoiceServiceOptions> invoice_service_options(const ops::CommandLine& line) {
  auto business = business_options(line);
  if (!business) return business.error();
  auto auth = auth_options(line);
  if (!auth) return auth.error();
  auto tls = tls_options(line);
  if (!tls) return tls.error();
  InvoiceServiceOptions options{.http = api_options(line),
                                .tls = *std::move(tls),
                                .auth = std::move(*auth),
                                .ops = std::nullopt,
                                .business = std::move(*business),
                                .mail = {},
                                .clock_tolerance = line.settings.clock_tolerance};
  // The page shows the mail, it does not send it: any sender does.
  options.mail.from = "sales@localhost";
  options.mail.public_url = line.settings.public_url;
  if (!line.settings.ops_address.host.empty()) options.ops = ops_listen_options(line);
  return options;
}

}  // namespace invoicing::services
