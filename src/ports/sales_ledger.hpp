#pragma once
// The door to the sums over invoices: what closing, preview and audit read.

#include <memory>
#include <vector>

#include "async/task.hpp"
#include "domain/business_calendar.hpp"
#include "domain/figures.hpp"
#include "domain/result.hpp"
#include "domain/sales_report.hpp"

namespace invoicing {

/// One look at the sums. In SQLite a snapshot: every call sees the same state. In MongoDB each call
/// reads what is there at that moment, which the rule of the overlap (24 hours) makes harmless.
/// Used by one coroutine at a time. Errors: storage_unavailable.
class SalesSnapshot {
 public:
  virtual ~SalesSnapshot() = default;

  /// What this look has certainly seen.
  virtual ChangeMark mark() const = 0;

  /// The sums over invoices dated inside `window`; from roll-ups where its ends allow.
  virtual Task<Result<Figures>> figures(Window window) = 0;

  /// The totals of figures(window) alone: no SKU is read, so that a day by the hour costs little.
  virtual Task<Result<std::vector<CurrencyTotal>>> totals(Window window) = 0;

  /// The same sums from the invoices themselves, for `audit`. Slow: reads every invoice.
  virtual Task<Result<Figures>> figures_from_invoices(Window window) = 0;

  /// Which of `windows` (ascending, not overlapping) hold an invoice that was entered, or voided,
  /// after `mark` (SQLite: by sequence number; MongoDB: later than seen_until less 24 hours).
  /// May name a window that did not change; never leaves out one that did, also where the change
  /// fell between the snapshot of a report and its seal (the seal of SQLite therefore notes what
  /// came after report.mark.sequence and is dated before the end of its window).
  virtual Task<Result<std::vector<Window>>> changed_since(const ChangeMark& mark,
                                                          std::vector<Window> windows) = 0;
};

/// Thread-safe.
class SalesLedger {
 public:
  virtual ~SalesLedger() = default;

  /// `now` becomes seen_until of the mark: the caller's clock, read before this call.
  virtual Task<Result<std::unique_ptr<SalesSnapshot>>> snapshot(Instant now) = 0;
};

}  // namespace invoicing
