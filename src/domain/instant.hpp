#pragma once
// Instants (milliseconds UTC), calendar days, and their texts. Zones live in business_calendar.hpp.

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace invoicing {

/// A point in time, UTC, to the millisecond.
using Instant = std::chrono::sys_time<std::chrono::milliseconds>;
/// A calendar day without a zone (the name of a business day).
using Day = std::chrono::local_days;

/// The first and the last instant that an invoice may be dated: 1970-01-01 to the end of 9999.
inline constexpr Instant kFirstDate{std::chrono::sys_days{std::chrono::year{1970} / 1 / 1}};
inline constexpr Instant kLastDate{std::chrono::sys_days{std::chrono::year{10000} / 1 / 1} -
                                   std::chrono::milliseconds{1}};

/// "2026-11-22T11:00:00.412Z" (RFC 3339, always three fraction digits and Z). Years 0000 to 9999.
std::string format_instant(Instant instant);
void append_instant(std::string& out, Instant instant);

/// "2026-11-22" (ISO 8601).
std::string format_day(Day day);

/// RFC 3339 date-time with any offset; 't' and 'z' allowed; fraction digits beyond the third are
/// cut; second 60 is refused. Nothing for every other text and for impossible dates (02-30).
std::optional<Instant> parse_rfc3339(std::string_view text);

/// "YYYY-MM-DD" of a day that exists, else nothing.
std::optional<Day> parse_day(std::string_view text);

/// Like parse_day, but a day that the month lacks (02-30, 04-31; up to 31) means the month's last
/// day: the rule of filters, because the original's own sample requests ask for such days.
std::optional<Day> parse_day_clamped(std::string_view text);

/// A wall-clock reading without a zone.
struct LocalTime {
  Day day;
  std::chrono::milliseconds time_of_day{0};
};

/// "YYYY/MM/DD HH:MM:SS", the form of the original's sample requests. Nothing for other texts.
std::optional<LocalTime> parse_original_local_time(std::string_view text);

}  // namespace invoicing
