#pragma once

#include "async/task.hpp"
#include "ports/report_store.hpp"
#include "services/common/telemetry.hpp"

namespace invoicing::services {

/// Tells `telemetry` when the newest report of `reports` was sealed. Without one, and when the
/// store cannot say, nothing happens: the next seal tells.
Task<void> remember_newest_report(ReportStore& reports, Telemetry& telemetry);

}  // namespace invoicing::services
