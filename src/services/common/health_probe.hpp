#pragma once
// The `health` command: asks a running service whether it is ready, for containers without a shell.

#include <optional>

#include "domain/result.hpp"
#include "ops/address.hpp"
#include "services/common/tls_files.hpp"

namespace invoicing::services {

/// GET /readyz at `address` (0.0.0.0 and :: mean this machine), within five seconds; over TLS where
/// there are files for it. Then nothing is verified, because the certificate names the service as
/// others reach it and what is asked is this machine; where clients have to show a certificate, the
/// service's own is shown, which it accepts. Error storage_unavailable: nobody answers, or what the
/// service says it lacks. Blocks.
Result<void> probe_readiness(const ops::Address& address, const std::optional<TlsFiles>& tls = {});

/// The same as a command: exit code 0 when ready, else 1 and a line on stderr that says why.
int report_health(const ops::Address& address, const std::optional<TlsFiles>& tls = {});

}  // namespace invoicing::services
