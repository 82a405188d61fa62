#pragma once
// Which business day holds now, as the chain and the calendar have it.

#include "app/report_chain.hpp"
#include "domain/business_calendar.hpp"
#include "domain/sales_report.hpp"

namespace invoicing {

struct RunningWindow {
  DueDay day;               ///< its name, and the cut-off to come
  Instant from{};           ///< where its window begins
  ReportNumber number = 0;  ///< that its report will get
};

/// Days that are due and not closed yet stand between the end of the chain and the running day.
RunningWindow running_window(const BusinessCalendar& calendar, const ChainEnd& end, Instant now);

}  // namespace invoicing
