#include "domain/business_calendar.hpp"

#include <algorithm>
#include <exception>
#include <new>
#include <stdexcept>

#include <date/tz.h>

namespace invoicing {
namespace {

using std::chrono::days;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

date::sys_seconds to_zone_time(Instant instant) {
  return date::sys_seconds{std::chrono::floor<seconds>(instant.time_since_epoch())};
}

Instant from_zone_time(date::sys_seconds time) {
  return Instant{time.time_since_epoch()};
}

std::optional<minutes> parse_cut_off(std::string_view text) {
  if (text.size() != 5 || text[2] != ':') return std::nullopt;
  for (const std::size_t i : {0U, 1U, 3U, 4U}) {
    if (text[i] < '0' || text[i] > '9') return std::nullopt;
  }
  const int hour = (text[0] - '0') * 10 + (text[1] - '0');
  const int minute = (text[3] - '0') * 10 + (text[4] - '0');
  if (hour > 23 || minute > 59) return std::nullopt;
  return minutes{hour * 60 + minute};
}

Error no_zone_files() {
  return Error(ErrorCode::validation_failed,
               "the system has no time zone files: install the package tzdata");
}

Result<const date::time_zone*> find_zone(std::string_view name) {
  const date::tzdb* database = nullptr;
  try {
    database = &date::get_tzdb();
  } catch (const std::bad_alloc&) {
    throw;  // says nothing about zones
  } catch (const std::exception&) {
    return no_zone_files();
  }
  if (database->zones.empty()) return no_zone_files();
  try {
    const date::time_zone* zone = date::locate_zone(name);
    // The file is read at the first use, so that a broken one shows here and not at noon.
    static_cast<void>(zone->get_info(date::sys_seconds{}));
    return zone;
  } catch (const std::bad_alloc&) {
    throw;
  } catch (const std::exception&) {
    return Error(ErrorCode::validation_failed,
                 "the time zone \"" + std::string(name) +
                     "\" is unknown: name one of the IANA database such as Europe/Berlin or UTC, "
                     "and install the package tzdata if that one is missing");
  }
}

}  // namespace

Result<BusinessCalendar> BusinessCalendar::create(std::string_view zone, std::string_view cut_off) {
  const auto time_of_day = parse_cut_off(cut_off);
  if (!time_of_day) {
    return Error(ErrorCode::validation_failed,
                 "the cut-off \"" + std::string(cut_off) +
                     "\" is no time of day: write it as HH:MM, from 00:00 to 23:59");
  }
  const auto found = find_zone(zone);
  if (!found) return found.error();
  return BusinessCalendar(*found, std::string(zone), *time_of_day);
}

std::string BusinessCalendar::cut_off_text() const {
  const auto count = cut_off_.count();
  std::string text = "00:00";
  text[0] = static_cast<char>('0' + count / 600);
  text[1] = static_cast<char>('0' + count / 60 % 10);
  text[3] = static_cast<char>('0' + count % 60 / 10);
  text[4] = static_cast<char>('0' + count % 10);
  return text;
}

Instant BusinessCalendar::cut_off_of(Day day) const {
  return to_instant({day, cut_off_});
}

Window BusinessCalendar::window_of(Day day) const {
  return {cut_off_of(day - days{1}), cut_off_of(day)};
}

Day BusinessCalendar::day_of(Instant instant) const {
  const LocalTime local = to_local(instant);
  Day day = local.time_of_day < cut_off_ ? local.day : local.day + days{1};
  // The wall clock is a guess only: it runs backwards in an overlap and jumps over a gap.
  while (cut_off_of(day) <= instant) day += days{1};
  while (cut_off_of(day - days{1}) > instant) day -= days{1};
  return day;
}

DueDay BusinessCalendar::next_after(Day last_day, Instant last_to) const {
  // day_of names the smallest day whose cut-off lies after the instant, and cut-offs never go back
  // from one day to the next, so every later day qualifies too.
  const Day day = std::max(last_day + days{1}, day_of(last_to));
  return {day, cut_off_of(day)};
}

Instant BusinessCalendar::start_of_calendar_day(Day day) const {
  return to_instant({day, milliseconds{0}});
}

Instant BusinessCalendar::to_instant(const LocalTime& local) const {
  const auto reading = local.day + local.time_of_day;
  const auto whole = std::chrono::floor<seconds>(reading);
  const date::local_seconds wall{whole.time_since_epoch()};
  const date::local_info info = zone_->get_info(wall);
  if (info.result == date::local_info::nonexistent) return from_zone_time(info.first.end);
  // In an overlap `first` is the earlier of the two offsets' eras.
  return from_zone_time(date::sys_seconds{wall.time_since_epoch() - info.first.offset}) +
         (reading - whole);
}

LocalTime BusinessCalendar::to_local(Instant instant) const {
  const std::chrono::local_time<milliseconds> reading{instant.time_since_epoch() +
                                                      offset_at(instant)};
  const Day day = std::chrono::floor<days>(reading);
  return {day, reading - day};
}

seconds BusinessCalendar::offset_at(Instant instant) const {
  return zone_->get_info(to_zone_time(instant)).offset;
}

}  // namespace invoicing
