#pragma once
// The doors through which a whole installation moves from one store to another, unchanged: the
// invoices with everything stored of them, the reports with their way out, the deliveries, the
// marks. app/move_store.hpp says in which order; adapters: sqlite, mongo.

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "async/task.hpp"
#include "domain/invoice.hpp"
#include "domain/result.hpp"
#include "ports/delivery_ledger.hpp"
#include "ports/report_store.hpp"

namespace invoicing {

/// What a store remembers of the move that it is or was a part of.
struct MoveNote {
  std::string move_id;  ///< 24 hex digits, the same on both sides
  std::string other;    ///< the other store, for the operator; never with a password
};

struct MoveState {
  std::optional<Books> books;    ///< none before the first start
  std::optional<MoveNote> note;  ///< none where nothing was ever moved
  bool is_empty = false;         ///< neither invoices nor reports nor deliveries
};

/// A report with its way out.
struct StoredReport {
  SalesReport report;
  OutboxEntry outbox;
};

struct InvoiceBatch {
  std::vector<Invoice> invoices;  ///< complete: request_hash, created_by, voiding
  std::string position;           ///< where the next batch begins
  bool more = false;
};

/// The store that is left. Errors of all calls: storage_unavailable, stored_data_invalid; of writes
/// also storage_full, outcome_unknown (repeat the move).
class MoveSource {
 public:
  virtual ~MoveSource() = default;

  virtual Task<Result<MoveState>> state() = 0;

  /// Replaces the note; the books stay as they are.
  virtual Task<Result<void>> set_note(const MoveNote& note) = 0;

  /// At most `limit` invoices after `position` (empty: from the beginning), fewer where they are
  /// large. The order is the store's own.
  virtual Task<Result<InvoiceBatch>> invoices(const std::string& position, std::size_t limit) = 0;

  /// Reports with number > `after`, ascending, at most `limit`, fewer where they are large; empty
  /// at the end.
  virtual Task<Result<std::vector<StoredReport>>> stored_reports(ReportNumber after,
                                                                 std::size_t limit) = 0;

  /// Deliveries after the message id and recipient of `after`, in the order of both; empty at the
  /// end.
  virtual Task<Result<std::vector<Delivery>>> stored_deliveries(const Delivery& after,
                                                                std::size_t limit) = 0;

  /// The books are moved, for good: nobody serves or closes them here any more.
  virtual Task<Result<void>> set_moved() = 0;
};

/// The store that is entered. Every call may be repeated: what is there already stays or becomes
/// what is given. Nobody else uses the store until open_imported(). Errors as above, and
/// stored_data_invalid where an invoice of the same id but of another request is there.
class MoveTarget {
 public:
  virtual ~MoveTarget() = default;

  virtual Task<Result<MoveState>> state() = 0;

  /// Writes the books in state importing, with the note, unless books are there; returns what
  /// stands there now.
  virtual Task<Result<MoveState>> begin_import(const Books& books, const MoveNote& note) = 0;

  /// Stores those that are not there and makes those void that are void by now; returns how many
  /// were written.
  virtual Task<Result<std::size_t>> put_invoices(std::span<const Invoice> invoices) = 0;
  virtual Task<Result<void>> put_reports(std::span<const StoredReport> reports) = 0;
  virtual Task<Result<void>> put_deliveries(std::span<const Delivery> deliveries) = 0;
  /// These marks and no others.
  virtual Task<Result<void>> put_marks(const std::vector<ReportNumber>& marks) = 0;

  /// Makes what was put ready for the next closing and opens the books.
  virtual Task<Result<void>> open_imported() = 0;
};

}  // namespace invoicing
