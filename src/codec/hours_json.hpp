#pragma once
// The running day by the hour, as GET /reports/current/hours shows it.

#include <string>

#include "domain/sales_by_hour.hpp"

namespace invoicing::codec {

/// One JSON object, without blanks.
std::string write_running_hours(const RunningDayByHour& running);

}  // namespace invoicing::codec
