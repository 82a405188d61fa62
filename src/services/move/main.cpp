// `invoice-standalone export` and `import`, which become this program: libmongoc starts as soon as
// it is loaded, and who serves from a file is not to pay for that.

#include <variant>

#include "ops/command_line.hpp"
#include "ops/last_words.hpp"
#include "services/move/moves.hpp"
#include "services/standalone/options.hpp"

int main(int argc, char** argv) {
  using namespace invoicing;
  ops::install_last_words();
  const auto line = ops::parse_command_line(services::standalone_program(), {argv + 1, argv + argc},
                                            ops::process_environment());
  if (const auto* exit = std::get_if<ops::EarlyExit>(&line)) return ops::finish(*exit);
  return services::run_move(std::get<ops::CommandLine>(line));
}
