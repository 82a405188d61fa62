// Every zone of the system over ten years: windows meet, without hole or overlap.

#include <set>
#include <string>

#include <date/tz.h>
#include <gtest/gtest.h>

#include "domain/business_calendar.hpp"

namespace invoicing {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;

struct Lengths {
  int of_23_hours = 0;
  int of_25_hours = 0;
};

/// The wall clock's reading as one number.
std::chrono::local_time<milliseconds> reading(const BusinessCalendar& calendar, Instant instant) {
  const LocalTime local = calendar.to_local(instant);
  return local.day + local.time_of_day;
}

/// The rule in other words: the cut-off is the first instant at which the wall clock has reached
/// the reading.
void expect_first_at_or_after(const BusinessCalendar& calendar, Instant cut_off,
                              std::chrono::local_time<milliseconds> wanted) {
  EXPECT_GE(reading(calendar, cut_off), wanted);
  EXPECT_LT(reading(calendar, cut_off - milliseconds{1}), wanted);
  for (minutes back{15}; back <= hours{6}; back += minutes{15}) {
    EXPECT_LT(reading(calendar, cut_off - back), wanted);
  }
}

void check_day(const BusinessCalendar& calendar, Day day, Window window, minutes cut_off) {
  ASSERT_EQ(calendar.window_of(day), window);
  expect_first_at_or_after(calendar, window.to, day + cut_off);
  if (window.empty()) return;
  EXPECT_EQ(calendar.day_of(window.from), day);
  EXPECT_EQ(calendar.day_of(window.to - milliseconds{1}), day);
  const DueDay next = calendar.next_after(day - days{1}, window.from);
  EXPECT_EQ(next.day, day);
  EXPECT_EQ(next.to, window.to);
}

Lengths walk(const BusinessCalendar& calendar, minutes cut_off) {
  Lengths lengths;
  const Day first = *parse_day("2016-01-01");
  const Day last = *parse_day("2025-12-31");
  Instant before = calendar.cut_off_of(first - days{1});
  for (Day day = first; day <= last; day += days{1}) {
    const Window window{before, calendar.cut_off_of(day)};
    const auto length = window.to - window.from;
    lengths.of_23_hours += length == hours{23};
    lengths.of_25_hours += length == hours{25};
    const bool usual = length == hours{24};
    if (length < hours{0} || length > hours{27}) {
      ADD_FAILURE() << format_day(day) << " has " << length.count() << " ms";
    }
    // The costly checks on each unusual day and on some of the others.
    if (!usual || day.time_since_epoch().count() % 37 == 0)
      check_day(calendar, day, window, cut_off);
    before = window.to;
  }
  return lengths;
}

TEST(ZoneDatabase, WindowsMeetInEveryZoneForTenYears) {
  const std::set<std::string> with_clock_changes = {"Europe/Berlin", "America/New_York",
                                                    "Australia/Sydney", "Europe/London"};
  int zones = 0;
  for (const date::time_zone& zone : date::get_tzdb().zones) {
    SCOPED_TRACE(zone.name());
    ++zones;
    for (const minutes cut_off : {minutes{0}, minutes{150}, minutes{720}}) {
      const auto local = "0" + std::to_string(cut_off.count() / 60);
      const std::string text =
          local.substr(local.size() - 2) + (cut_off.count() % 60 != 0 ? ":30" : ":00");
      const auto calendar = BusinessCalendar::create(zone.name(), text);
      ASSERT_TRUE(calendar) << calendar.error().detail();
      const Lengths lengths = walk(*calendar, cut_off);
      if (with_clock_changes.contains(zone.name()) && cut_off == minutes{720}) {
        EXPECT_EQ(lengths.of_23_hours, 10);
        EXPECT_EQ(lengths.of_25_hours, 10);
      }
      if (HasFailure()) return;
    }
  }
  EXPECT_GT(zones, 300) << "is tzdata installed?";
}

}  // namespace
}  // namespace invoicing
