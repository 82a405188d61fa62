#pragma once
// Runs texts through the readers of dates: what is taken can be written, and lies in its window.

#include <string>
#include <string_view>

#include "domain/business_calendar.hpp"
#include "tests/fuzz/json_exercise.hpp"

namespace invoicing::fuzz {

inline void exercise_date(std::string_view text) {
  if (const auto instant = parse_rfc3339(text)) {
    const std::string written = format_instant(*instant);
    require(written.size() == 24 && parse_rfc3339(written) == instant, "an instant read back");
    const Day day = berlin().day_of(*instant);
    require(berlin().window_of(day).contains(*instant), "an instant in its window");
  }
  const auto day = parse_day(text);
  if (day) require(format_day(*day) == text, "a day read back");
  const auto clamped = parse_day_clamped(text);
  require(!day || clamped == day, "a day that exists left as it is");
  if (clamped) {
    require(format_day(*clamped).substr(0, 8) == text.substr(0, 8), "a day of the same month");
    static_cast<void>(berlin().start_of_calendar_day(*clamped));
  }
  if (const auto local = parse_original_local_time(text)) {
    const Instant instant = berlin().to_instant(*local);
    const LocalTime read = berlin().to_local(instant);
    require(read.day + read.time_of_day >= local->day + local->time_of_day,
            "the first instant at or after a reading");
  }
}

}  // namespace invoicing::fuzz
