#include "services/common/newest_report.hpp"

#include <limits>

namespace invoicing::services {

Task<void> remember_newest_report(ReportStore& reports, Telemetry& telemetry) {
  const auto newest = co_await reports.list(std::numeric_limits<ReportNumber>::max(), 1);
  if (newest && !newest->empty()) telemetry.remember_sealed(newest->front().generated_at);
}

}  // namespace invoicing::services
