#pragma once
// The way from `invoice-standalone export` or `import` to the program that does it.

#include <variant>

#include "ops/command_line.hpp"

namespace invoicing::services {

/// Whether there is a command, and one that become_mover() is for.
bool is_move(const std::variant<ops::CommandLine, ops::EarlyExit>& line);

/// Becomes invoice-standalone-move, which lies beside this program, with the same arguments.
/// Returns only when that cannot be started: exit code 1, with one line on stderr.
int become_mover(char** argv);

}  // namespace invoicing::services
