#pragma once
// The `health` command: asks a running service whether it is ready, for containers without a shell.

#include "domain/result.hpp"
#include "ops/address.hpp"

namespace invoicing::services {

/// GET /readyz at `address` (0.0.0.0 and :: mean this machine), within five seconds. Error
/// storage_unavailable: nobody answers, or what the service says it lacks. Blocks.
Result<void> probe_readiness(const ops::Address& address);

/// The same as a command: exit code 0 when ready, else 1 and a line on stderr that says why.
int report_health(const ops::Address& address);

}  // namespace invoicing::services
