#include <variant>

#include "ops/command_line.hpp"
#include "ops/last_words.hpp"
#include "services/email_sender/options.hpp"
#include "services/email_sender/run.hpp"

int main(int argc, char** argv) {
  using namespace invoicing;
  ops::install_last_words();
  const auto line = ops::parse_command_line(services::email_sender_program(),
                                            {argv + 1, argv + argc}, ops::process_environment());
  if (const auto* exit = std::get_if<ops::EarlyExit>(&line)) return ops::finish(*exit);
  return services::run_email_sender(std::get<ops::CommandLine>(line));
}
