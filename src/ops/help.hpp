#pragma once
// What --help shows.

#include <string>

#include "ops/command_line.hpp"

namespace invoicing::ops {

/// Usage, commands and all options of the program with variable and default, at most 100 columns.
std::string help_text(const ProgramInfo& info);

}  // namespace invoicing::ops
