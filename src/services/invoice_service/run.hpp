#pragma once
// From a command line to an exit code.

#include "ops/command_line.hpp"

namespace invoicing::services {

/// Serves until a signal, or asks a running service for its health. 0 done, 1 failed, 2 wrong use
/// or configuration (an address in use among it); one clear line on stderr for the latter two.
int run_invoice_service(const ops::CommandLine& line);

}  // namespace invoicing::services
