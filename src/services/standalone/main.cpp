#include <string_view>
#include <variant>

#include "ops/command_line.hpp"
#include "ops/last_words.hpp"
#include "services/standalone/mover.hpp"
#include "services/standalone/options.hpp"
#include "services/standalone/run.hpp"

int main(int argc, char** argv) {
  using namespace invoicing;
  ops::install_last_words();
  const auto line = ops::parse_command_line(services::standalone_program(), {argv + 1, argv + argc},
                                            ops::process_environment());
  if (const auto* exit = std::get_if<ops::EarlyExit>(&line)) return ops::finish(*exit);
  const auto& command_line = std::get<ops::CommandLine>(line);
  const std::string_view command = command_line.command;
  const bool is_move = command == "export" || command == "import";
  return is_move ? services::become_mover(argv) : services::run_standalone(command_line);
}
