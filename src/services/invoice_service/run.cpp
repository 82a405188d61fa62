#include "services/invoice_service/run.hpp"

#include <iostream>
#include <memory>
#include <utility>

#include "keyfile/file_api_key_store.hpp"
#include "mongo/api_key_store.hpp"
#include "ops/log.hpp"
#include "services/common/book_commands.hpp"
#include "services/common/command_outcome.hpp"
#include "services/common/health_probe.hpp"
#include "services/common/key_commands.hpp"
#include "services/common/system_clock.hpp"
#include "services/invoice_service/invoice_service.hpp"
#include "services/invoice_service/options.hpp"
#include "services/split/clock_check.hpp"
#include "services/split/split_options.hpp"

namespace invoicing::services {

namespace {

Task<CommandOutcome> run_on_store(mongo::Client& client, KeyCommand command) {
  const SystemClock clock;
  const auto reached = co_await reach_mongo(client, clock);
  if (!reached) co_return failed("keys", reached.error());
  mongo::MongoApiKeyStore store(client);
  auto outcome = co_await run_key_command(store, clock, std::move(command));
  co_return outcome;
}

int run_keys(const ops::CommandLine& line, const InvoiceServiceOptions& options) {
  const auto command = read_key_command(line);
  if (!command) return complain(command.error().detail(), kWrongUse);
  // What a command says stands on stdout alone.
  ops::log::start(line.settings.log_level, line.settings.log_format, &std::cerr);
  if (!options.auth.keys_file.empty()) {
    keyfile::FileApiKeyStore file(options.auth.keys_file, {});
    return print_outcome(run_to_end(run_key_command(file, SystemClock(), *command)));
  }
  const auto client = open_mongo(line, options.business.currency);
  if (!client) return complain(client.error().detail(), kWrongUse);
  return print_outcome(run_to_end(run_on_store(**client, *command)));
}

}  // namespace

int run_invoice_service(const ops::CommandLine& line) {
  ops::log::start(line.settings.log_level, line.settings.log_format);
  auto options = invoice_service_options(line);
  if (!options) return complain(options.error().detail(), kWrongUse);
  if (line.command == "health") {
    if (options->ops) return report_health({options->ops->host, options->ops->port});
    return report_health({options->http.host, options->http.port}, options->tls);
  }
  if (line.command == "keys") return run_keys(line, *options);
  const auto keys = check_key_files(line, options->auth);
  if (!keys) return complain(keys.error().detail(), kWrongUse);
  return serve(line, [&]() -> Result<std::unique_ptr<Service>> {
    auto client = open_mongo(line, options->business.currency);
    if (!client) return client.error();
    return InvoiceService::open(std::move(*options), std::move(*client));
  });
}

}  // namespace invoicing::services
