#pragma once
// The operator's commands on the books in MongoDB, beside running generators or without them.

#include <string>

#include "async/task.hpp"
#include "services/common/command_outcome.hpp"
#include "services/report_generator/parts.hpp"

namespace invoicing::services {

/// `words`: the command and its flags ("audit --mark"). What writes (adopting too) is refused
/// while the clocks differ, as in the service.
Task<CommandOutcome> run_command(GeneratorParts& parts, std::string words);

}  // namespace invoicing::services
