#include <variant>

#include "ops/command_line.hpp"
#include "ops/last_words.hpp"
#include "services/invoice_service/options.hpp"
#include "services/invoice_service/run.hpp"

int main(int argc, char** argv) {
  using namespace invoicing;
  ops::install_last_words();
  const auto line = ops::parse_command_line(services::invoice_service_program(),
                                            {argv + 1, argv + argc}, ops::process_environment());
  if (const auto* exit = std::get_if<ops::EarlyExit>(&line)) return ops::finish(*exit);
  return services::run_invoice_service(std::get<ops::CommandLine>(line));
}
