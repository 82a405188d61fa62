#pragma once
// What the operator can ask for beside serving. The same code answers a command on a store that
// nobody serves and one that came to the running process through its control socket.

#include <string>

#include "async/task.hpp"
#include "services/common/command_outcome.hpp"
#include "services/standalone/parts.hpp"

namespace invoicing::services {

/// `words`: the command and its flags ("audit --mark"). With `serving`, mails are left to the
/// process's own sender; otherwise they are sent before this returns.
Task<CommandOutcome> run_command(StandaloneParts& parts, std::string words, bool serving);

}  // namespace invoicing::services
