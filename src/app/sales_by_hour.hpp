#pragma once
// The running business day by the hour, beside yesterday and the same weekday a week ago.

#include "async/task.hpp"
#include "domain/business_calendar.hpp"
#include "domain/result.hpp"
#include "domain/sales_by_hour.hpp"
#include "ports/clock.hpp"
#include "ports/report_store.hpp"
#include "ports/sales_ledger.hpp"

namespace invoicing {

/// Thread-safe. References outlive the object.
class SalesByHour {
 public:
  SalesByHour(ReportStore& reports, SalesLedger& ledger, Clock& clock,
              const BusinessCalendar& calendar, Currency currency)
      : reports_(reports),
        ledger_(ledger),
        clock_(clock),
        calendar_(calendar),
        currency_(currency) {}

  /// Today's window is that of PreviewDay; the other two are the calendar's, as the zone now in
  /// force has them, whether they were reported or not. What they hold is what is stored now.
  /// About 80 sums over an hour, from roll-ups where the store has them. Errors of the doors,
  /// books_not_open.
  Task<Result<RunningDayByHour>> running_day();

 private:
  Task<Result<DayByHour>> by_hour(SalesSnapshot& snapshot, Day day, Window window, Instant now);

  ReportStore& reports_;
  SalesLedger& ledger_;
  Clock& clock_;
  const BusinessCalendar& calendar_;
  Currency currency_;
};

}  // namespace invoicing
