#include "services/standalone/run.hpp"

#include <algorithm>
#include <iostream>
#include <string>
#include <utility>

#include <sys/resource.h>

#include "async/task_scope.hpp"
#include "domain/invoice_id.hpp"
#include "ops/file_limit.hpp"
#include "ops/log.hpp"
#include "ops/signals.hpp"
#include "services/common/health_probe.hpp"
#include "services/standalone/commands.hpp"
#include "services/standalone/control_socket.hpp"
#include "services/standalone/options.hpp"
#include "services/standalone/standalone.hpp"

namespace invoicing::services {

namespace {

constexpr int kFailed = 1;
constexpr int kWrongUse = 2;

int complain(const std::string& text, int code) {
  std::cerr << text << (text.ends_with('\n') ? "" : "\n");
  return code;
}

int report(const CommandOutcome& outcome) {
  if (outcome.exit_code != 0) return complain(outcome.text, outcome.exit_code);
  std::cout << outcome.text;
  return 0;
}

int serve(const StandaloneOptions& options) {
  ops::raise_open_file_limit();
  // Sets OpenSSL up while nobody depends on it yet.
  static_cast<void>(sha256({}));
  ops::SignalWaiter signals;
  const auto standalone = Standalone::open(options);
  if (!standalone) return complain("invoice-standalone: " + standalone.error().detail(), kWrongUse);
  (*standalone)->start();
  ops::log::info("listening",
                 {{"address", ops::to_string({options.http_host, (*standalone)->port()})},
                  {"dataDir", options.data_dir.string()},
                  {"timeZone", options.calendar.zone_name()},
                  {"cutOff", options.calendar.cut_off_text()}});
  signals.wait();
  ops::log::info("stopping");
  (*standalone)->stop();
  ops::log::info("stopped");
  return 0;
}

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

Task<void> run_alone(StandaloneParts& parts, std::string words, bool may_write,
                     CommandOutcome& outcome) {
  if (may_write) {
    const auto released = co_await parts.deliveries.release_claims();
    if (!released) {
      outcome = {kFailed, "invoice-standalone: " + released.error().detail() + "\n"};
      co_return;
    }
  }
  outcome = co_await run_command(parts, std::move(words), false);
}

// Whoever serves the folder does what writes; reading needs nobody.
int run_on_store(const StandaloneOptions& options, const std::string& words) {
  const bool reads_only = words == "preview" || words == "audit";
  if (!reads_only) {
    if (const auto answer = ask_running_process(options.data_dir, words)) return report(*answer);
  }
  const auto parts =
      StandaloneParts::open(options, reads_only ? StoreAccess::read_only : StoreAccess::read_write);
  if (!parts) return complain("invoice-standalone: " + parts.error().detail(), kFailed);
  CommandOutcome outcome;
  boost::asio::io_context context(1);
  TaskScope tasks(context.get_executor());
  tasks.spawn(run_alone(**parts, words, !reads_only, outcome));
  context.run();
  return report(outcome);
}

}  // namespace

int run_standalone(const ops::CommandLine& line) {
  ops::log::start(line.settings.log_level, line.settings.log_format);
  const auto options = standalone_options(line);
  if (!options) return complain(options.error().detail(), kWrongUse);
  if (line.command == "serve") return serve(*options);
  if (line.command == "backup") return back_up(*options, line.arguments.find("FILE")->second);
  if (line.command == "health") {
    const ops::Address address{options->http_host, options->http_port};
    const auto ready = probe_readiness(address);
    return ready ? 0 : complain("not ready: " + ready.error().detail(), kFailed);
  }
  std::string words = line.command;
  for (const std::string& flag : line.flags) words += " " + flag;
  return run_on_store(*options, words);
}

}  // namespace invoicing::services
