#include "domain/business_calendar.hpp"

#include <string>

#include <gtest/gtest.h>

namespace invoicing {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;

BusinessCalendar calendar(const char* zone, const char* cut_off) {
  auto created = BusinessCalendar::create(zone, cut_off);
  if (!created) throw std::runtime_error(created.error().detail());
  return *created;
}

Instant utc(const char* text) {
  return *parse_rfc3339(text);
}
Day day(const char* text) {
  return *parse_day(text);
}

TEST(BusinessCalendar, NamesTheUnknownZone) {
  for (const char* zone : {"", "Europe/Atlantis", "europe/berlin", "../../etc/passwd", "CEST",
                           "posix/Europe/Berlin"}) {
    const auto created = BusinessCalendar::create(zone, "12:00");
    ASSERT_FALSE(created) << zone;
    EXPECT_EQ(created.error().code(), ErrorCode::validation_failed);
    EXPECT_NE(created.error().detail().find("\"" + std::string(zone) + "\""), std::string::npos);
  }
}

TEST(BusinessCalendar, NamesTheBrokenCutOff) {
  for (const char* cut_off : {"", "12", "24:00", "12:60", "1:00", "12:0", "12-00", "12:00:00",
                              " 2:00", "-1:00", "aa:bb"}) {
    const auto created = BusinessCalendar::create("UTC", cut_off);
    ASSERT_FALSE(created) << cut_off;
    EXPECT_NE(created.error().detail().find("HH:MM"), std::string::npos);
  }
}

TEST(BusinessCalendar, KeepsItsNames) {
  const BusinessCalendar berlin = calendar("Europe/Berlin", "09:05");
  EXPECT_EQ(berlin.zone_name(), "Europe/Berlin");
  EXPECT_EQ(berlin.cut_off_text(), "09:05");
  EXPECT_EQ(calendar("UTC", "23:59").cut_off_text(), "23:59");
}

TEST(BusinessCalendar, ADayEndsAtItsCutOff) {
  const BusinessCalendar berlin = calendar("Europe/Berlin", "12:00");
  const Window window = berlin.window_of(day("2026-11-22"));
  EXPECT_EQ(window.from, utc("2026-11-21T11:00:00Z"));
  EXPECT_EQ(window.to, utc("2026-11-22T11:00:00Z"));
  EXPECT_EQ(berlin.day_of(window.from), day("2026-11-22"));
  EXPECT_EQ(berlin.day_of(window.to - milliseconds{1}), day("2026-11-22"));
  EXPECT_EQ(berlin.day_of(window.to), day("2026-11-23"));
}

TEST(BusinessCalendar, ADayOfTheClockChangeHas23Or25Hours) {
  const BusinessCalendar berlin = calendar("Europe/Berlin", "12:00");
  const Window spring = berlin.window_of(day("2026-03-29"));
  EXPECT_EQ(spring.to - spring.from, hours{23});
  const Window autumn = berlin.window_of(day("2026-10-25"));
  EXPECT_EQ(autumn.to - autumn.from, hours{25});
}

TEST(BusinessCalendar, ACutOffInAGapIsTheFirstInstantAfterIt) {
  const BusinessCalendar berlin = calendar("Europe/Berlin", "02:30");
  EXPECT_EQ(berlin.cut_off_of(day("2026-03-29")), utc("2026-03-29T01:00:00Z"));
}

TEST(BusinessCalendar, ACutOffInAnOverlapIsTheEarlierOne) {
  const BusinessCalendar berlin = calendar("Europe/Berlin", "02:30");
  EXPECT_EQ(berlin.cut_off_of(day("2026-10-25")), utc("2026-10-25T00:30:00Z"));
  // Half past two comes a second time, and is then already tomorrow.
  EXPECT_EQ(berlin.day_of(utc("2026-10-25T00:45:00Z")), day("2026-10-26"));
  EXPECT_EQ(berlin.day_of(utc("2026-10-25T01:15:00Z")), day("2026-10-26"));
}

TEST(BusinessCalendar, MidnightInAGapIsTheFirstInstantAfterIt) {
  // Beirut set its clocks from 00:00 to 01:00 on 2022-03-27.
  const BusinessCalendar beirut = calendar("Asia/Beirut", "12:00");
  EXPECT_EQ(beirut.start_of_calendar_day(day("2022-03-27")), utc("2022-03-26T22:00:00Z"));
}

TEST(BusinessCalendar, ADayThatTheZoneSkippedHasAnEmptyWindow) {
  const BusinessCalendar apia = calendar("Pacific/Apia", "00:00");
  // Samoa went from the end of 2011-12-29 to the start of 2011-12-31.
  const Instant jump = utc("2011-12-30T10:00:00Z");
  EXPECT_EQ(apia.cut_off_of(day("2011-12-30")), jump);
  EXPECT_TRUE(apia.window_of(day("2011-12-31")).empty());
  EXPECT_EQ(apia.day_of(jump - milliseconds{1}), day("2011-12-30"));
  EXPECT_EQ(apia.day_of(jump), day("2012-01-01"));
  const DueDay next = apia.next_after(day("2011-12-30"), jump);
  EXPECT_EQ(next.day, day("2012-01-01"));
  EXPECT_EQ(next.to, utc("2011-12-31T10:00:00Z"));
}

TEST(BusinessCalendar, ASkippedDayShortensTheWindowAcrossNoon) {
  const BusinessCalendar apia = calendar("Pacific/Apia", "12:00");
  Instant before = apia.cut_off_of(day("2011-12-28"));
  hours total{0};
  for (Day d = day("2011-12-29"); d <= day("2012-01-01"); d += days{1}) {
    const Window window = apia.window_of(d);
    EXPECT_EQ(window.from, before);
    before = window.to;
    total += std::chrono::duration_cast<hours>(window.to - window.from);
  }
  EXPECT_EQ(total, hours{72}) << "four names, three days";
}

TEST(BusinessCalendar, NextAfterIsTheDayAfterWhereNothingChanged) {
  const BusinessCalendar berlin = calendar("Europe/Berlin", "12:00");
  const Instant to = berlin.cut_off_of(day("2026-11-22"));
  const DueDay next = berlin.next_after(day("2026-11-22"), to);
  EXPECT_EQ(next.day, day("2026-11-23"));
  EXPECT_EQ(next.to, utc("2026-11-23T11:00:00Z"));
}

TEST(BusinessCalendar, ALaterCutOffGivesOneLongerWindow) {
  const Instant to = calendar("Europe/Berlin", "12:00").cut_off_of(day("2026-11-22"));
  const DueDay next = calendar("Europe/Berlin", "18:00").next_after(day("2026-11-22"), to);
  EXPECT_EQ(next.day, day("2026-11-23"));
  EXPECT_EQ(next.to - to, hours{30});
}

TEST(BusinessCalendar, AnEarlierCutOffGivesOneShorterWindow) {
  const Instant to = calendar("Europe/Berlin", "12:00").cut_off_of(day("2026-11-22"));
  const DueDay next = calendar("Europe/Berlin", "06:00").next_after(day("2026-11-22"), to);
  EXPECT_EQ(next.day, day("2026-11-23"));
  EXPECT_EQ(next.to - to, hours{18});
}

TEST(BusinessCalendar, AChangeOfZoneMaySkipADaysName) {
  // Noon of the 22nd in Honolulu is noon of the 23rd in Kiritimati, where the 23rd is over.
  const Instant to = calendar("Pacific/Honolulu", "12:00").cut_off_of(day("2026-11-22"));
  const DueDay next = calendar("Pacific/Kiritimati", "12:00").next_after(day("2026-11-22"), to);
  EXPECT_EQ(next.day, day("2026-11-24"));
  EXPECT_EQ(next.to - to, hours{24});
}

TEST(BusinessCalendar, AChangeOfZoneTheOtherWayGivesOneLongWindow) {
  const Instant to = calendar("Pacific/Kiritimati", "12:00").cut_off_of(day("2026-11-22"));
  const DueDay next = calendar("Pacific/Honolulu", "12:00").next_after(day("2026-11-22"), to);
  EXPECT_EQ(next.day, day("2026-11-23"));
  EXPECT_EQ(next.to - to, hours{48});
}

TEST(BusinessCalendar, ReadsTheWallClock) {
  const BusinessCalendar kathmandu = calendar("Asia/Kathmandu", "12:00");
  const LocalTime local = kathmandu.to_local(utc("2026-11-22T20:00:00.250Z"));
  EXPECT_EQ(local.day, day("2026-11-23"));
  EXPECT_EQ(local.time_of_day, hours{1} + minutes{45} + milliseconds{250});
  EXPECT_EQ(kathmandu.to_instant(local), utc("2026-11-22T20:00:00.250Z"));
  EXPECT_EQ(kathmandu.offset_at(Instant{}), hours{5} + minutes{30});
}

TEST(BusinessCalendar, HoldsForTheFirstAndTheLastDate) {
  for (const char* zone : {"UTC", "America/New_York", "Pacific/Kiritimati"}) {
    const BusinessCalendar zoned = calendar(zone, "12:00");
    for (const Instant instant : {kFirstDate, kLastDate}) {
      EXPECT_TRUE(zoned.window_of(zoned.day_of(instant)).contains(instant)) << zone;
    }
  }
}

}  // namespace
}  // namespace invoicing
