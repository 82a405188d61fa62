#pragma once
// The running business day as it stands: a report that is not sealed and has no number of its own.

#include "app/report_composer.hpp"
#include "async/task.hpp"
#include "domain/business_calendar.hpp"
#include "domain/result.hpp"
#include "ports/clock.hpp"
#include "ports/report_store.hpp"
#include "ports/sales_ledger.hpp"

namespace invoicing {

/// Thread-safe. References outlive the object.
class PreviewDay {
 public:
  PreviewDay(ReportStore& reports, SalesLedger& ledger, Clock& clock,
             const BusinessCalendar& calendar, Currency currency,
             std::size_t max_report_bytes = kMaxReportBytes)
      : reports_(reports),
        ledger_(ledger),
        clock_(clock),
        calendar_(calendar),
        composer_(reports, calendar, currency, max_report_bytes) {}

  /// The day that holds now, with the number that its report will get, `sealed` false and
  /// `report_id` empty. Errors of the doors, books_not_open.
  Task<Result<SalesReport>> running_day();

 private:
  ReportStore& reports_;
  SalesLedger& ledger_;
  Clock& clock_;
  const BusinessCalendar& calendar_;
  ReportComposer composer_;
};

}  // namespace invoicing
