#include "app/record_activity.hpp"

#include <utility>

namespace invoicing {

Task<Result<void>> RecordActivity::record(ActivityKind kind, std::string subject, std::string by) {
  const Instant now = clock_.now();
  const Activity entry{{now, kind, ids_.next(now)}, std::move(subject), std::move(by)};
  auto appended = co_await log_.append(entry);
  co_return appended;
}

}  // namespace invoicing
