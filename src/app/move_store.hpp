#pragma once
// Moves an installation from one store to another. Killed at any point and repeated, it ends as if
// it had never been interrupted; until the source is marked as moved it stays in use, and what
// happened there meanwhile is carried over by the repetition.
//
//   source: open ── note ──────────────────── moved      (serves until here)
//   target:         importing, copy, compare ──── open   (serves from here)
//
// The source is given up before the target opens, so the books are never open in both.

#include <cstdint>
#include <functional>
#include <string>

#include "async/task.hpp"
#include "domain/invoice_id.hpp"
#include "domain/result.hpp"
#include "ports/clock.hpp"
#include "ports/report_store.hpp"
#include "ports/sales_ledger.hpp"
#include "ports/store_move.hpp"

namespace invoicing {

/// One side's other doors: marks and heads of reports, and the sums.
struct MoveSide {
  ReportStore& reports;
  SalesLedger& ledger;
  std::string name;  ///< for the operator and the other side's note; without a password
};

struct MoveTotals {
  std::int64_t invoices = 0;  ///< looked at
  std::int64_t written = 0;   ///< of them, stored or made void by this run
  std::int64_t reports = 0;
  std::int64_t deliveries = 0;
  bool was_done_before = false;  ///< there was nothing left to do
};

/// References outlive it.
class MoveStore {
 public:
  /// One line for the operator, without a line feed.
  using Progress = std::function<void(const std::string&)>;

  MoveStore(MoveSource& source, MoveSide source_side, MoveTarget& target, MoveSide target_side,
            Clock& clock, InvoiceIdGenerator& ids, Progress progress);

  /// Nobody else may write to either side meanwhile. Errors of the ports, and books_not_open with a
  /// sentence for the operator: the source was never started, is itself half imported, or was moved
  /// elsewhere; the target is in use or belongs to another move; the two differ after the copy.
  Task<Result<MoveTotals>> move();

 private:
  enum class Step { copy, open_target, nothing };

  Task<Result<Step>> begin();
  Task<Result<void>> claim_target(const Books& books);
  Task<Result<void>> copy_invoices();
  Task<Result<void>> copy_reports();
  Task<Result<void>> copy_deliveries();
  Task<Result<void>> copy_marks();
  Task<Result<void>> compare();
  Task<Result<Figures>> all_figures(MoveSide& side);
  Error refusal(const std::string& words) const;

  MoveSource& source_;
  MoveSide source_side_;
  MoveTarget& target_;
  MoveSide target_side_;
  Clock& clock_;
  InvoiceIdGenerator& ids_;
  Progress progress_;
  MoveTotals totals_;
};

}  // namespace invoicing
