#include "services/common/http_front.hpp"

#include <stdexcept>
#include <utility>

#include "ops/gathered_lines.hpp"
#include "ops/log.hpp"
#include "rest/problem.hpp"

namespace invoicing::services {

Result<std::unique_ptr<http::Server>> listen(const ListenOptions& options, http::Router router,
                                             Telemetry& telemetry,
                                             std::shared_ptr<const http::TlsSource> tls) {
  http::ServerOptions server_options;
  server_options.address = options.host;
  server_options.port = options.port;
  server_options.threads = options.threads;
  server_options.tls = std::move(tls);
  try {
    return std::make_unique<http::Server>(
        server_options, std::move(router),
        [](const Error& error, unsigned) { return rest::problem(error); },
        [&telemetry](const http::Observation& request) { telemetry.observe_request(request); },
        [] { ops::log::hand_over(); });
  } catch (const std::runtime_error& error) {
    return Error(ErrorCode::storage_unavailable, error.what());
  }
}

void add_http_metrics(ops::Metrics& metrics, const http::Server& server) {
  const auto figure = [&server](std::uint64_t http::ServerStatistics::* member) {
    return [&server, member] { return static_cast<double>(server.statistics().*member); };
  };
  metrics.gauge_from("http_connections", "Open connections.", {},
                     figure(&http::ServerStatistics::connections_open));
  metrics.counter_from("http_connections_refused_total", "Connections over a limit.", {},
                       figure(&http::ServerStatistics::connections_refused));
  metrics.gauge_from("http_requests_running", "Requests under way.", {},
                     figure(&http::ServerStatistics::requests_running));
  metrics.counter_from("http_deadlines_missed_total", "Connections closed by a deadline.", {},
                       figure(&http::ServerStatistics::deadlines_missed));
  metrics.counter_from("log_lines_dropped_total",
                       "Lines of requests that whoever reads the log was too slow for.", {},
                       [] { return static_cast<double>(ops::GatheredLines::dropped()); });
  metrics.counter_from("tls_handshakes_failed_total", "Handshakes of TLS that came to nothing.", {},
                       figure(&http::ServerStatistics::handshakes_failed));
}

void drain(http::Server& server, std::chrono::milliseconds deadline) {
  if (!server.drain(deadline)) ops::log::warning("some requests did not finish in time");
}

}  // namespace invoicing::services
