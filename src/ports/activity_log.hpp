#pragma once
// The door to the trail: who did what, and when. It only grows. Adapters: memory (tests), sqlite,
// mongo.

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "async/task.hpp"
#include "domain/instant.hpp"
#include "domain/invoice_id.hpp"
#include "domain/result.hpp"

namespace invoicing {

/// Numbers that stand in stores and cursors: never given to something else.
enum class ActivityKind : std::uint8_t {
  invoice_created = 1,
  invoice_voided = 2,
  import_started = 3,
  report_resend_requested = 4,
  dead_letter_requeue_requested = 5,
  dead_letter_drop_requested = 6,
};

/// What leaves no trace of its own and is appended.
inline constexpr std::array kAppendedKinds = {
    ActivityKind::import_started, ActivityKind::report_resend_requested,
    ActivityKind::dead_letter_requeue_requested, ActivityKind::dead_letter_drop_requested};

/// What the trail is ordered by; no two entries have the same.
struct ActivityPosition {
  Instant at{};
  ActivityKind kind = ActivityKind::invoice_created;
  InvoiceId id;  ///< of the invoice; of an entry that is about no invoice an id of its own

  friend auto operator<=>(const ActivityPosition&, const ActivityPosition&) = default;
};

struct Activity {
  ActivityPosition position;
  std::string subject;  ///< of a report the business day, of a dead letter its id; else empty
  std::string by;       ///< Principal::id; empty where nobody was asked

  friend bool operator==(const Activity&, const Activity&) = default;
};

struct ActivityQuery {
  std::optional<ActivityPosition> before;  ///< only what is older
  std::size_t limit = 100;                 ///< 1 to 1000
};

struct ActivityPage {
  std::vector<Activity> entries;         ///< newest first
  std::optional<ActivityPosition> next;  ///< there when more follow
};

/// Thread-safe. Every call resumes on the executor it was awaited on. Errors of all calls:
/// storage_unavailable, storage_full (nothing was done); of append also outcome_unknown.
class ActivityLog {
 public:
  virtual ~ActivityLog() = default;

  /// For kAppendedKinds. That an invoice was created or voided stands in the invoice itself, for
  /// good and in the same commit, and the trail reads it there: so neither can be without the
  /// other. Durable on return.
  virtual Task<Result<void>> append(const Activity& entry) = 0;

  /// One page. Any page costs what the first one does.
  virtual Task<Result<ActivityPage>> list(const ActivityQuery& query) = 0;
};

/// What is older than `before`, as far as entries of one kind go that a store keeps by time and id:
/// those with (time, id) < (at, id); without an id, those with time < at.
struct ActivityBound {
  Instant at{};
  std::optional<InvoiceId> id;
};

ActivityBound bound_for(ActivityKind kind, const std::optional<ActivityPosition>& before);

/// The page out of entries of several kinds, at least limit + 1 of each where there are so many.
ActivityPage newest_of(std::vector<Activity> entries, std::size_t limit);

}  // namespace invoicing
