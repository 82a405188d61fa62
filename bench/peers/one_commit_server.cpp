// bench-one-commit-server: invoice-standalone itself, the same code and the same options, but each
// request is a commit of its own. What group commit gains is the ratio of the two.

#include <iostream>
#include <variant>

#include "ops/command_line.hpp"
#include "ops/file_limit.hpp"
#include "ops/log.hpp"
#include "ops/signals.hpp"
#include "services/standalone/options.hpp"
#include "services/standalone/standalone.hpp"

int main(int argc, char** argv) {
  using namespace invoicing;
  const auto parsed = ops::parse_command_line(services::standalone_program(),
                                              {argv + 1, argv + argc}, ops::process_environment());
  if (const auto* exit = std::get_if<ops::EarlyExit>(&parsed)) return ops::finish(*exit);
  const auto& line = std::get<ops::CommandLine>(parsed);
  ops::log::start(line.settings.log_level, line.settings.log_format);
  auto options = services::standalone_options(line);
  if (!options) {
    std::cerr << options.error().detail() << "\n";
    return 2;
  }
  options->commit_rows_max = 1;
  ops::raise_open_file_limit();
  ops::SignalWaiter signals;
  const auto standalone = services::Standalone::open(*options);
  if (!standalone) {
    std::cerr << standalone.error().detail() << "\n";
    return 2;
  }
  (*standalone)->start();
  signals.wait();
  (*standalone)->stop();
  return 0;
}
