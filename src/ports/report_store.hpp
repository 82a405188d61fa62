#pragma once
// The door to the books: the opening, the sealed reports, and their way out (report and outbox are
// one record: sealed, then published, then done).

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "async/task.hpp"
#include "domain/result.hpp"
#include "domain/sales_report.hpp"
#include "domain/trace.hpp"

namespace invoicing {

enum class BooksState { open, importing, moved };

/// Written at the first start; nothing is closed unless the books are open.
struct Books {
  BooksState state = BooksState::open;
  Instant opening{};  ///< the last cut-off before the first start; window 1 begins here
  Day opening_day{};  ///< the business day that ended at the opening
};

/// What the chain needs of a report, without its figures.
struct ReportHead {
  ReportNumber number = 0;
  std::string report_id;
  Day business_day{};
  Window window;
  ChangeMark mark;
  std::vector<ReportNumber> pending;
};

enum class OutboxState {
  sealed,     ///< waits to be published
  published,  ///< the queue has taken it
  done,       ///< every recipient has it, or has refused it for good
};

/// The way of one report to the queue.
struct OutboxEntry {
  ReportNumber number = 0;
  std::string report_id;
  OutboxState state = OutboxState::sealed;
  std::int64_t sends = 1;     ///< how often it was asked for: 1 at the seal, one more per resend
  std::int64_t attempts = 0;  ///< publish attempts so far
  std::string last_error;     ///< of the last attempt; empty after a success
  Instant sealed_at{};
  std::optional<Instant> published_at;
  std::optional<Instant> done_at;
  std::optional<Instant> lease_until;
  Trace asked_by;  ///< the request that asked for this send; empty where none did

  /// "reportId" for the first send, "reportId.k" for the k-th resend.
  std::string message_id() const;
};

/// Thread-safe. Every call resumes on the executor it was awaited on.
/// Errors of all calls: storage_unavailable, storage_full (nothing was done), outcome_unknown (of
/// writes: read again). Reports are immutable; only their outbox entries change.
class ReportStore {
 public:
  virtual ~ReportStore() = default;

  /// Writes the books unless they are there; returns what stands there now.
  virtual Task<Result<Books>> open_books(const Books& books) = 0;

  /// The books; nothing before the first start.
  virtual Task<Result<std::optional<Books>>> books() = 0;

  /// The report with the highest number; nothing before the first closing.
  virtual Task<Result<std::optional<ReportHead>>> last() = 0;

  /// Heads of all reports with number >= `from`, ascending.
  virtual Task<Result<std::vector<ReportHead>>> heads(ReportNumber from) = 0;

  /// Adds report `report.number` with outbox state sealed, and removes the marks (see mark_windows)
  /// named in `settled_marks`, in one step. Error number_taken: a report with this number is there,
  /// nothing was written.
  virtual Task<Result<void>> seal(const SalesReport& report,
                                  const std::vector<ReportNumber>& settled_marks) = 0;

  virtual Task<Result<std::optional<SalesReport>>> find(ReportNumber number) = 0;
  virtual Task<Result<std::optional<SalesReport>>> find(Day business_day) = 0;

  /// At most `limit` reports with number < `before`, newest first.
  virtual Task<Result<std::vector<SalesReport>>> list(ReportNumber before, std::size_t limit) = 0;

  /// The sum of everything that sealed reports say of window `number` (reported_by), and nothing
  /// that stands elsewhere.
  virtual Task<Result<Figures>> reported_on(ReportNumber number) = 0;

  /// Windows that the next closing must compare, named by `audit --mark`.
  virtual Task<Result<void>> mark_windows(const std::vector<ReportNumber>& numbers) = 0;
  virtual Task<Result<std::vector<ReportNumber>>> marked_windows() = 0;
};

/// Thread-safe; errors as in ReportStore.
class Outbox {
 public:
  virtual ~Outbox() = default;

  virtual Task<Result<std::optional<OutboxEntry>>> entry(ReportNumber number) = 0;

  /// Every entry that is not done, oldest first.
  virtual Task<Result<std::vector<OutboxEntry>>> open_entries() = 0;

  /// Takes the entry for publishing until `until`, and counts the attempt. Error lease_lost when
  /// another generator holds it at `now` (is_held).
  virtual Task<Result<OutboxEntry>> lease(ReportNumber number, Instant now, Instant until) = 0;

  /// The queue has confirmed the message of send number `sends`. Error lease_lost when `sends` has
  /// changed meanwhile (a resend was asked for): nothing was written.
  virtual Task<Result<void>> mark_published(ReportNumber number, std::int64_t sends,
                                            Instant now) = 0;

  /// The attempt failed; the lease ends, the reason is kept for the operator.
  virtual Task<Result<void>> mark_failed(ReportNumber number, std::int64_t sends,
                                         const std::string& reason) = 0;

  /// Every recipient of send number `sends` is settled. Ignored when `sends` has changed.
  virtual Task<Result<void>> mark_done(ReportNumber number, std::int64_t sends, Instant now) = 0;

  /// Asks for one more send, under a new message id, after send number `sends`: state sealed again,
  /// `sends` one higher, `asked_by` as given. Error lease_lost when `sends` has changed (somebody
  /// else asked): nothing was written.
  virtual Task<Result<OutboxEntry>> resend(ReportNumber number, std::int64_t sends,
                                           const Trace& asked_by) = 0;

  /// Asks for the same send again under the same message id: state sealed. Ignored unless it is
  /// still send number `sends` in state `from`: published (it made no progress) or done (those who
  /// refused it are to be tried once more). An empty `asked_by` leaves the one that is there.
  virtual Task<Result<void>> republish(ReportNumber number, std::int64_t sends, OutboxState from,
                                       const Trace& asked_by) = 0;
};

}  // namespace invoicing
