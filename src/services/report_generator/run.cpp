#include "services/report_generator/run.hpp"

#include <iostream>
#include <memory>
#include <string>
#include <utility>

#include "ops/log.hpp"
#include "services/common/command_outcome.hpp"
#include "services/common/health_probe.hpp"
#include "services/report_generator/commands.hpp"
#include "services/report_generator/options.hpp"
#include "services/report_generator/report_generator.hpp"
#include "services/split/split_options.hpp"

namespace invoicing::services {

int run_report_generator(const ops::CommandLine& line) {
  ops::log::start(line.settings.log_level, line.settings.log_format);
  auto options = report_generator_options(line);
  if (!options) return complain(options.error().detail(), kWrongUse);
  if (line.command == "health") return report_health({options->ops.host, options->ops.port});
  if (line.command == "serve") {
    return serve(line, [&]() -> Result<std::unique_ptr<Service>> {
      auto client = open_mongo(line, options->business.currency);
      if (!client) return client.error();
      return ReportGenerator::open(std::move(*options), std::move(*client));
    });
  }
  auto client = open_mongo(line, options->business.currency);
  if (!client) return complain(client.error().detail(), kWrongUse);
  // What a command says stands on stdout alone.
  ops::log::start(line.settings.log_level, line.settings.log_format, &std::cerr);
  std::string words = line.command;
  for (const std::string& flag : line.flags) words += " " + flag;
  GeneratorParts parts(std::move(*options), std::move(*client));
  return print_outcome(run_to_end(run_command(parts, words)));
}

}  // namespace invoicing::services
