#include "services/split/ops_front.hpp"

#include <utility>

#include "services/common/http_front.hpp"

namespace invoicing::services {

Result<std::unique_ptr<http::Server>> listen_for_ops(
    const ListenOptions& options, std::function<std::vector<rest::Missing>()> missing,
    ops::Metrics& metrics, Telemetry& telemetry) {
  http::Router router;
  rest::add_health_routes(router, {std::move(missing), [&metrics] { return metrics.text(); }},
                          rest::Authentication::off());
  return listen(options, std::move(router), telemetry);
}

}  // namespace invoicing::services
