#include "services/report_generator/options.hpp"

#include <utility>

#include "services/split/split_options.hpp"

namespace invoicing::services {

namespace {

using Kind = ops::CommandArgument::Kind;

}  // namespace

ops::ProgramInfo report_generator_program() {
  return {.program = ops::Program::report_generator,
          .version = INVOICING_VERSION,
          .summary = "Closes each business day in MongoDB and puts its sales report on the queue.",
          .commands = {
              {"serve", "Serve until SIGTERM or SIGINT; several copies may.", {}},
              {"close",
               "Close every business day that is due, however many, publish what waits, and end.",
               {}},
              {"preview",
               "Show the running business day as it stands.",
               {{Kind::flag, "--publish", "put it on the queue instead, marked as a preview"}}},
              {"audit",
               "Compare all reports with all invoices; exit code 1 if anything differs.",
               {{Kind::flag, "--mark", "have the next closing correct what differs"}}},
              {"health", "Ask the running service whether it is ready; exit code 1 if not.", {}},
          }};
}

Result<ReportGeneratorOptions> report_generator_options(const ops::CommandLine& line) {
  auto business = business_options(line);
  if (!business) return business.error();
  auto broker = rabbit_options(line);
  if (!broker) return broker.error();
  return ReportGeneratorOptions{.ops = ops_listen_options(line),
                                .business = std::move(*business),
                                .clock_tolerance = line.settings.clock_tolerance,
                                .broker = std::move(*broker)};
}

}  // namespace invoicing::services
