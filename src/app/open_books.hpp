#pragma once
// The first start: from here on every sale stands in exactly one report.

#include "async/task.hpp"
#include "domain/business_calendar.hpp"
#include "domain/result.hpp"
#include "ports/clock.hpp"
#include "ports/report_store.hpp"

namespace invoicing {

/// Opens the books at the last cut-off before now, unless they are open already; returns what
/// stands there. Errors of ReportStore::open_books.
Task<Result<Books>> open_books(ReportStore& reports, const BusinessCalendar& calendar,
                               Clock& clock);

}  // namespace invoicing
