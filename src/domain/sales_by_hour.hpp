#pragma once
// The running business day by the hour, beside two earlier ones: for the eye, never for the books.

#include <string>
#include <vector>

#include "domain/business_calendar.hpp"
#include "domain/figures.hpp"
#include "domain/instant.hpp"
#include "domain/money.hpp"

namespace invoicing {

/// Hours are counted from the start of the window: with a cut-off at 12:07 they begin at :07, and a
/// day on which the clocks change has 23 or 25 of them. Empty where a zone skipped the day.
struct DayByHour {
  struct Hour {
    Instant from{};
    std::vector<CurrencyTotal> totals;  ///< in order of currency code; empty: nothing happened
  };

  Day business_day{};
  Window window;
  std::vector<CurrencyTotal> so_far;  ///< up to the time of day that it is now
  std::vector<Hour> hours;            ///< of the running day those that have begun
};

struct RunningDayByHour {
  Instant generated_at{};
  std::string time_zone;
  Currency currency;  ///< the default one
  DayByHour today;
  DayByHour previous_day;            ///< the day before by name
  DayByHour same_weekday_last_week;  ///< seven days before by name
};

}  // namespace invoicing
