#pragma once
// From a command line to an exit code.

#include "ops/command_line.hpp"

namespace invoicing::services {

/// Serves until a signal, or runs one command. 0 done, 1 failed, 2 wrong use or configuration (a
/// locked folder and an address in use among it); one clear line on stderr for the latter.
int run_email_sender(const ops::CommandLine& line);

}  // namespace invoicing::services
