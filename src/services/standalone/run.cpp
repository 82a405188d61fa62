#include "services/standalone/run.hpp"

#include <iostream>
#include <memory>
#include <string>
#include <utility>

#include <sys/resource.h>

#include "ops/log.hpp"
#include "services/common/command_outcome.hpp"
#include "services/common/health_probe.hpp"
#include "services/common/key_commands.hpp"
#include "services/common/service.hpp"
#include "services/common/system_clock.hpp"
#include "services/standalone/commands.hpp"
#include "services/standalone/control_socket.hpp"
#include "services/standalone/moved_books.hpp"
#include "services/standalone/options.hpp"
#include "services/standalone/standalone.hpp"

namespace invoicing::services {

namespace {

int back_up(const StandaloneOptions& options, const std::string& file) {
  // Who serves goes first; to copy and to check keeps a core busy for a while.
  constexpr int kNiceness = 10;
  static_cast<void>(::setpriority(PRIO_PROCESS, 0, kNiceness));
  const auto parts = StandaloneParts::open(options, StoreAccess::read_only);
  if (!parts) return complain("invoice-standalone: " + parts.error().detail(), kFailed);
  const auto written = (*parts)->database->backup(file);
  if (!written) return complain("backup: " + written.error().detail(), kFailed);
  std::cout << "backed up to " << file << "\n";
  return 0;
}

Task<CommandOutcome> run_alone(StandaloneParts& parts, std::string words, bool may_write) {
  if (may_write) {
    const auto open = co_await check_books_are_here(*parts.database);
    if (!open)
      co_return CommandOutcome{kFailed, "invoice-standalone: " + open.error().detail() + "\n"};
    const auto released = co_await parts.deliveries.release_claims();
    if (!released) {
      co_return CommandOutcome{kFailed, "invoice-standalone: " + released.error().detail() + "\n"};
    }
  }
  auto outcome = co_await run_command(parts, std::move(words), false);
  co_return outcome;
}

// Whoever serves the folder does what writes; reading needs nobody.
int run_on_store(const StandaloneOptions& options, const std::string& words) {
  const bool reads_only = words == "preview" || words == "audit" || words == "keys list";
  if (!reads_only) {
    if (const auto answer = ask_running_process(options.data_dir, words))
      return print_outcome(*answer);
  }
  const auto parts =
      StandaloneParts::open(options, reads_only ? StoreAccess::read_only : StoreAccess::read_write);
  if (!parts) return complain("invoice-standalone: " + parts.error().detail(), kFailed);
  return print_outcome(run_to_end(run_alone(**parts, words, !reads_only)));
}

}  // namespace

int run_standalone(const ops::CommandLine& line) {
  ops::log::start(line.settings.log_level, line.settings.log_format);
  const auto options = standalone_options(line);
  if (!options) return complain(options.error().detail(), kWrongUse);
  if (line.command == "serve") {
    const auto keys = check_key_files(line, options->auth);
    if (!keys) return complain(keys.error().detail(), kWrongUse);
    return serve(line, [&options]() -> Result<std::unique_ptr<Service>> {
      auto standalone = Standalone::open(*options);
      if (!standalone) return standalone.error();
      return std::unique_ptr<Service>(std::move(*standalone));
    });
  }
  if (line.command == "backup") return back_up(*options, line.arguments.find("FILE")->second);
  if (line.command == "health") {
    return report_health({options->http.host, options->http.port}, options->tls);
  }
  if (line.command == "keys") {
    const auto command = read_key_command(line);
    if (!command) return complain(command.error().detail(), kWrongUse);
    // What a command says stands on stdout alone.
    ops::log::start(line.settings.log_level, line.settings.log_format, &std::cerr);
    if (options->auth.keys_file.empty()) return run_on_store(*options, to_words(*command));
    keyfile::FileApiKeyStore file(options->auth.keys_file, {});
    return print_outcome(run_to_end(run_key_command(file, SystemClock(), *command)));
  }
  std::string words = line.command;
  for (const std::string& flag : line.flags) words += " " + flag;
  return run_on_store(*options, words);
}

}  // namespace invoicing::services
