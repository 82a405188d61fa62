#pragma once
// The business calendar: an IANA zone and a cut-off. Business day D is the half-open window
// [cut-off of D-1, cut-off of D) in that zone, whatever daylight saving does to it (23 and 25 hour
// days). A cut-off inside a gap is the first instant after the gap, inside an overlap the earlier
// of the two. Zones come from the system's zone files (docs/operating); no daylight saving is
// known after 2037 (limit of the zone files' reader).

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "domain/instant.hpp"
#include "domain/result.hpp"

namespace date {
class time_zone;
}

namespace invoicing {

/// Half-open: from <= t < to.
struct Window {
  Instant from{};
  Instant to{};

  bool contains(Instant t) const { return from <= t && t < to; }
  bool empty() const { return from >= to; }
  friend bool operator==(const Window&, const Window&) = default;
};

/// The start of window number 0: before every date that an invoice can have.
inline constexpr Instant kBeginningOfTime = kFirstDate;

/// A business day that may be closed: its name and where its window ends.
struct DueDay {
  Day day{};
  Instant to{};
};

/// Immutable; any thread.
class BusinessCalendar {
 public:
  /// `zone`: an IANA name ("Europe/Berlin", "UTC"). `cut_off`: "HH:MM", 00:00 to 23:59.
  /// Error (validation_failed) with a sentence that names the wrong one and the cure, also when
  /// the system has no zone files at all.
  static Result<BusinessCalendar> create(std::string_view zone, std::string_view cut_off);

  const std::string& zone_name() const { return zone_name_; }
  /// "HH:MM".
  std::string cut_off_text() const;

  /// The end of business day `day`.
  Instant cut_off_of(Day day) const;
  /// [cut-off of day-1, cut-off of day). Empty where a zone skipped the day (Pacific/Apia).
  Window window_of(Day day) const;
  /// The business day that holds `instant`.
  Day day_of(Instant instant) const;

  /// The next day to close after a report for `last_day` whose window ended at `last_to`: the
  /// smallest day after `last_day` whose cut-off lies after `last_to`. It is due once its
  /// cut-off has passed (DueDay::to <= now). The caller compares with its clock.
  DueDay next_after(Day last_day, Instant last_to) const;

  /// Midnight at the start of the calendar day (for filters by date). First instant after a gap.
  Instant start_of_calendar_day(Day day) const;
  /// A wall-clock reading in this zone as an instant; same rules for gap and overlap.
  Instant to_instant(const LocalTime& local) const;
  /// The wall-clock reading in this zone.
  LocalTime to_local(Instant instant) const;
  /// Offset from UTC in force at `instant`.
  std::chrono::seconds offset_at(Instant instant) const;

 private:
  BusinessCalendar(const date::time_zone* zone, std::string name, std::chrono::minutes cut_off)
      : zone_(zone), zone_name_(std::move(name)), cut_off_(cut_off) {}

  const date::time_zone* zone_;  // owned by the zone database, lives as long as the process
  std::string zone_name_;
  std::chrono::minutes cut_off_;
};

}  // namespace invoicing
