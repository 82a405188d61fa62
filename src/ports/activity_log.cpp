#include "ports/activity_log.hpp"

#include <algorithm>
#include <functional>
#include <utility>

namespace invoicing {

ActivityBound bound_for(ActivityKind kind, const std::optional<ActivityPosition>& before) {
  // Past everything, and early enough for a store that counts milliseconds.
  if (!before) return {kLastDate + std::chrono::milliseconds{1}, std::nullopt};
  if (kind == before->kind) return {before->at, before->id};
  // Of one instant the lower kinds are older.
  if (kind < before->kind) return {before->at + std::chrono::milliseconds{1}, std::nullopt};
  return {before->at, std::nullopt};
}

ActivityPage newest_of(std::vector<Activity> entries, std::size_t limit) {
  std::ranges::sort(entries, std::ranges::greater{}, &Activity::position);
  ActivityPage page;
  const bool more = entries.size() > limit;
  if (more) entries.resize(limit);
  page.entries = std::move(entries);
  if (more) page.next = page.entries.back().position;
  return page;
}

}  // namespace invoicing
