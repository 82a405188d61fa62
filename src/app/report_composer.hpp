#pragma once
// Computes one report from the chain and one look at the sums: the day itself, the corrections of
// older windows, the comparisons. Used for sealing and for the preview of the running day alike.

#include <string>
#include <vector>

#include "app/report_chain.hpp"
#include "async/task.hpp"
#include "domain/business_calendar.hpp"
#include "domain/result.hpp"
#include "domain/sales_report.hpp"
#include "ports/report_store.hpp"
#include "ports/sales_ledger.hpp"

namespace invoicing {

/// What to compute.
struct ReportOrder {
  ChainEnd end;    ///< of the chain, read before the snapshot was taken
  DueDay day;      ///< the day to report
  Instant from{};  ///< where its window begins: end.to, unless days before it are still due
  ReportNumber number = 0;
  std::vector<ReportNumber> marked;  ///< windows that `audit --mark` named
  std::string report_id;
  Instant now{};
};

/// Thread-safe but for the snapshot, which belongs to one call.
class ReportComposer {
 public:
  ReportComposer(ReportStore& reports, const BusinessCalendar& calendar, Currency currency,
                 std::size_t max_bytes = kMaxReportBytes)
      : reports_(reports), calendar_(calendar), currency_(currency), max_bytes_(max_bytes) {}

  /// Errors of the two doors. The report is complete but for `sealed`, which stays true.
  Task<Result<SalesReport>> compose(SalesSnapshot& snapshot, ReportOrder order);

 private:
  Task<Result<void>> add_opening_balance(SalesSnapshot& snapshot, const SealedWindow& before,
                                         SalesReport& report);
  Task<Result<void>> add_corrections(SalesSnapshot& snapshot, const ReportOrder& order,
                                     const std::vector<SealedWindow>& windows, SalesReport& report);
  Task<Result<void>> add_comparisons(const std::vector<SealedWindow>& windows, SalesReport& report);
  Task<Result<ComparedDay>> compared_day(const SealedWindow& window, const SalesReport& report);

  ReportStore& reports_;
  const BusinessCalendar& calendar_;
  Currency currency_;
  std::size_t max_bytes_;
};

}  // namespace invoicing
