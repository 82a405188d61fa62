#pragma once
// Writes what somebody is about to do into the trail.

#include <string>

#include "async/task.hpp"
#include "domain/result.hpp"
#include "ports/activity_log.hpp"
#include "ports/clock.hpp"

namespace invoicing {

/// Thread-safe. References outlive the object.
class RecordActivity {
 public:
  RecordActivity(ActivityLog& log, const Clock& clock, InvoiceIdGenerator& ids)
      : log_(log), clock_(clock), ids_(ids) {}

  /// Before it is done: what stands in the trail and was refused in the end is better than what was
  /// done and is not in it. Errors of ActivityLog::append: then it must not be done.
  Task<Result<void>> record(ActivityKind kind, std::string subject, std::string by);

 private:
  ActivityLog& log_;
  const Clock& clock_;
  InvoiceIdGenerator& ids_;
};

}  // namespace invoicing
