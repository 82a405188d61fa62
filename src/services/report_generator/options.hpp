#pragma once
// What `report-generator` understands, and the settings of one start.

#include <chrono>

#include "domain/result.hpp"
#include "ops/command_line.hpp"
#include "rabbitmq/options.hpp"
#include "services/common/start_options.hpp"

namespace invoicing::services {

/// Commands and options of the program.
ops::ProgramInfo report_generator_program();

struct ReportGeneratorOptions {
  ListenOptions ops;
  BusinessOptions business;
  std::chrono::seconds clock_tolerance{60};
  rabbitmq::RabbitOptions broker;
};

/// Errors of business_options and rabbit_options.
Result<ReportGeneratorOptions> report_generator_options(const ops::CommandLine& line);

}  // namespace invoicing::services
