#pragma once
// Closes business days: computes, numbers and seals a report for each day that is due. Any number
// of generators may do so at once; the number decides who was first.

#include <vector>

#include "app/report_composer.hpp"
#include "async/task.hpp"
#include "domain/business_calendar.hpp"
#include "domain/result.hpp"
#include "ports/clock.hpp"
#include "ports/observer.hpp"
#include "ports/report_store.hpp"
#include "ports/sales_ledger.hpp"

namespace invoicing {

/// How many due days one call may close without being asked for it by name.
enum class Backlog {
  refuse,  ///< more than kMaxDaysDue due days: error too_many_days_due, nothing is closed
  accept,  ///< any number: the `close` command
};

/// Thread-safe. References outlive the object.
class CloseDays {
 public:
  struct Doors {
    ReportStore& reports;
    SalesLedger& ledger;
    Clock& clock;
    Observer& observer;
    InvoiceIdGenerator& ids;
  };

  /// `max_report_bytes`: corrections that would take a report beyond it wait for the next one.
  CloseDays(Doors doors, const BusinessCalendar& calendar, Currency currency,
            std::size_t max_report_bytes = kMaxReportBytes)
      : doors_(doors),
        calendar_(calendar),
        composer_(doors.reports, calendar, currency, max_report_bytes) {}

  /// Seals every day that is due, oldest first; returns how many this call sealed (another
  /// generator may have sealed others). Errors of the doors, books_not_open, too_many_days_due;
  /// days sealed before the error stay sealed.
  Task<Result<int>> close_due(Backlog backlog);

  /// When the next day becomes due, by the chain as it stands. Errors of the doors.
  Task<Result<Instant>> next_cut_off();

 private:
  Task<Result<SalesReport>> compose(const ChainEnd& end, DueDay day,
                                    const std::vector<ReportNumber>& marked);

  Doors doors_;
  const BusinessCalendar& calendar_;
  ReportComposer composer_;
};

}  // namespace invoicing
