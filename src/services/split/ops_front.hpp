#pragma once
// Health, readiness and metrics on an address of their own.

#include <functional>
#include <memory>
#include <vector>

#include "domain/result.hpp"
#include "http/server.hpp"
#include "ops/metrics.hpp"
#include "rest/operations_routes.hpp"
#include "services/common/start_options.hpp"
#include "services/common/telemetry.hpp"

namespace invoicing::services {

/// Serves /healthz, /readyz and /metrics at `options`; start() is the caller's. References and
/// `missing` stay good until the server's end. Error storage_unavailable as listen().
Result<std::unique_ptr<http::Server>> listen_for_ops(
    const ListenOptions& options, std::function<std::vector<rest::Missing>()> missing,
    ops::Metrics& metrics, Telemetry& telemetry);

}  // namespace invoicing::services
