#pragma once
// `export --to` and `import --from`: the whole installation to MongoDB and back.

#include "ops/command_line.hpp"

namespace invoicing::services {

/// Runs the command of a line of `invoice-standalone`. Blocks until done, with progress on stderr.
/// 0, 1 when it failed (repeat it), 2 for wrong use. The URI may be given as @ and the name of a
/// file whose first line it is, which keeps a password out of the list of processes. The data
/// folder is locked meanwhile.
int run_move(const ops::CommandLine& line);

}  // namespace invoicing::services
