#pragma once
// The proof that every sale stands in exactly one report: compares everything that was reported
// with the invoices themselves (not with the roll-ups that the reports were computed from).

#include <string>
#include <vector>

#include "app/report_chain.hpp"
#include "async/task.hpp"
#include "domain/figures.hpp"
#include "domain/result.hpp"
#include "ports/clock.hpp"
#include "ports/report_store.hpp"
#include "ports/sales_ledger.hpp"

namespace invoicing {

enum class AuditVerdict {
  agrees,
  pending,  ///< differs by entries that came later: the next closing corrects it
  differs,  ///< nothing explains the difference
};

struct AuditedWindow {
  SealedWindow window;
  AuditVerdict verdict = AuditVerdict::agrees;
  Figures difference;  ///< invoices minus reports
};

struct AuditResult {
  std::vector<AuditedWindow> windows;  ///< every window that reports speak of, ascending
  Figures reported;                    ///< sum over all reports
  Figures invoiced;                    ///< sum over all invoices dated before the last `to`

  bool has_differences() const;
};

/// Thread-safe. References outlive the object.
class AuditBooks {
 public:
  AuditBooks(ReportStore& reports, SalesLedger& ledger, Clock& clock)
      : reports_(reports), ledger_(ledger), clock_(clock) {}

  /// Reads all invoices and all reports, a window at a time. Errors of the doors. Before the first
  /// closing there is nothing to compare: no windows.
  Task<Result<AuditResult>> audit();

  /// Has the next closing correct the windows that differ.
  Task<Result<void>> mark(const AuditResult& result);

 private:
  Task<Result<AuditResult>> audit_up_to(const ChainEnd& end);

  ReportStore& reports_;
  SalesLedger& ledger_;
  Clock& clock_;
};

}  // namespace invoicing
