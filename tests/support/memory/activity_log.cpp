#include "tests/support/memory/activity_log.hpp"

#include <algorithm>

namespace invoicing::memory {

Task<Result<void>> MemoryActivityLog::append(const Activity& entry) {
  const std::lock_guard lock(mutex_);
  appended_.push_back(entry);
  co_return Result<void>();
}

Task<Result<ActivityPage>> MemoryActivityLog::list(const ActivityQuery& query) {
  const std::lock_guard lock(mutex_);
  std::vector<Activity> entries = appended_;
  {
    const std::lock_guard invoices_lock(invoices_->mutex);
    for (const auto& [id, invoice] : invoices_->by_id) {
      entries.push_back(
          {{invoice.recorded_at, ActivityKind::invoice_created, id}, {}, invoice.created_by});
      if (!invoice.voiding) continue;
      entries.push_back(
          {{invoice.voiding->at, ActivityKind::invoice_voided, id}, {}, invoice.voiding->by});
    }
  }
  std::erase_if(entries, [&query](const Activity& entry) {
    return query.before && !(entry.position < *query.before);
  });
  co_return newest_of(std::move(entries), query.limit);
}

}  // namespace invoicing::memory
