#pragma once
// The chain of reports: report N is computed from report N-1 alone (docs/architecture.md,
// "The books"). Closing, preview and audit all start here.

#include <vector>

#include "async/task.hpp"
#include "domain/business_calendar.hpp"
#include "domain/result.hpp"
#include "domain/sales_report.hpp"
#include "ports/report_store.hpp"

namespace invoicing {

/// The end of the chain: what the next report begins with. Before the first closing it is the
/// opening, as if a report number 0 had ended there.
struct ChainEnd {
  ReportNumber number = 0;
  Day business_day{};
  Instant to{};
  ChangeMark mark;
  std::vector<ReportNumber> pending;
};

/// A window that reports speak of: number 0 (before the opening) or a sealed one.
struct SealedWindow {
  ReportNumber number = 0;
  std::optional<Day> business_day;  ///< none for window 0
  Window window;
};

/// Reads the chain. Error books_not_open: the books are missing, being imported, or moved.
class ReportChain {
 public:
  explicit ReportChain(ReportStore& reports) : reports_(reports) {}

  Task<Result<ChainEnd>> end();

  /// The same for whoever only reads: also of books that were moved.
  Task<Result<ChainEnd>> end_to_read();

  /// Window 0 and every sealed window up to number `last`, ascending, with the bounds that their
  /// reports have (never the calendar's: zone and cut-off may have changed since).
  Task<Result<std::vector<SealedWindow>>> windows(ReportNumber last);

 private:
  Task<Result<ChainEnd>> end_of(bool also_moved);

  ReportStore& reports_;
};

/// The days after `end` that are due at `now` (their cut-off has passed), oldest first, at most
/// `limit`.
std::vector<DueDay> due_days(const BusinessCalendar& calendar, const ChainEnd& end, Instant now,
                             std::size_t limit);

}  // namespace invoicing
