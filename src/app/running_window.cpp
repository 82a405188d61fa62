#include "app/running_window.hpp"

#include <limits>

namespace invoicing {

RunningWindow running_window(const BusinessCalendar& calendar, const ChainEnd& end, Instant now) {
  const auto due = due_days(calendar, end, now, std::numeric_limits<std::size_t>::max());
  const DueDay before = due.empty() ? DueDay{end.business_day, end.to} : due.back();
  return {.day = calendar.next_after(before.day, before.to),
          .from = before.to,
          .number = end.number + static_cast<ReportNumber>(due.size()) + 1};
}

}  // namespace invoicing
