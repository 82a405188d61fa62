#include <variant>

#include "ops/command_line.hpp"
#include "ops/last_words.hpp"
#include "services/report_generator/options.hpp"
#include "services/report_generator/run.hpp"

int main(int argc, char** argv) {
  using namespace invoicing;
  ops::install_last_words();
  const auto line = ops::parse_command_line(services::report_generator_program(),
                                            {argv + 1, argv + argc}, ops::process_environment());
  if (const auto* exit = std::get_if<ops::EarlyExit>(&line)) return ops::finish(*exit);
  return services::run_report_generator(std::get<ops::CommandLine>(line));
}
