#pragma once
// The HTTP side of every program: a server whose requests are counted and whose errors are
// problems.

#include <chrono>
#include <memory>

#include "domain/result.hpp"
#include "http/router.hpp"
#include "http/server.hpp"
#include "ops/metrics.hpp"
#include "services/common/start_options.hpp"
#include "services/common/telemetry.hpp"

namespace invoicing::services {

/// How long requests under way may take once the process is to end (see kRolesDeadline).
constexpr std::chrono::milliseconds kDrainDeadline{6000};
/// The same for a server of health and metrics alone, which has no long requests.
constexpr std::chrono::milliseconds kOpsDrainDeadline{500};

/// Binds and listens; start() is the caller's. `telemetry` outlives it. `tls` as
/// http::ServerOptions has it. Error storage_unavailable: an address that cannot be listened on,
/// with a line for the operator.
Result<std::unique_ptr<http::Server>> listen(const ListenOptions& options, http::Router router,
                                             Telemetry& telemetry,
                                             std::shared_ptr<const http::TlsSource> tls = {});

/// Connections and requests of `server`, which outlives the last text().
void add_http_metrics(ops::Metrics& metrics, const http::Server& server);

/// http::Server::drain, and a line in the log when the time was not enough.
void drain(http::Server& server, std::chrono::milliseconds deadline);

}  // namespace invoicing::services
