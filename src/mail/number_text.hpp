#pragma once
// Numbers and times as the mail writes them. Integers only: no sum passes through a binary float.

#include <optional>
#include <string>

#include "domain/business_calendar.hpp"
#include "domain/int128.hpp"
#include "domain/money.hpp"

namespace invoicing::mail {

/// "1,234.50": exactly the currency's digits, commas between thousands.
std::string amount_text(Int128 minor, const Currency& currency);
/// "1,234.50 EUR".
std::string money_text(Int128 minor, const Currency& currency);
/// "1,234.5": at most three fraction digits.
std::string quantity_text(Int128 milli);
/// "12,345".
std::string count_text(std::int64_t count);
/// Puts a plus before what is neither negative nor zero.
std::string with_sign(std::string number);

/// amount / count, rounded half away from zero to a minor unit. count > 0.
Int128 average_minor(Int128 amount_minor, std::int64_t count);

/// The change from `before` to `now` in tenths of a per cent, rounded half away from zero; nothing
/// where `before` is not positive (no per cent of nothing).
std::optional<Int128> change_permille(Int128 before, Int128 now);
/// "+12.5%", "-3.0%", "0.0%".
std::string percent_text(Int128 permille);

/// "Sunday, 22 November 2026".
std::string long_day_text(Day day);
/// "Sun 22 Nov 2026".
std::string day_text(Day day);
/// "22 Nov".
std::string short_day_text(Day day);

/// Writes instants in the zone of a report; in UTC where this machine does not know the zone.
class LocalTimes {
 public:
  explicit LocalTimes(const std::string& zone);

  /// "Sat 21 Nov 2026, 12:00 (UTC+01:00)"; with seconds where they are not zero.
  std::string text(Instant instant) const;
  /// The zone in which text() writes.
  const std::string& zone() const { return zone_; }

 private:
  std::optional<BusinessCalendar> calendar_;
  std::string zone_;
};

/// "24 h", "23 h 30 min", "25 h". Not negative.
std::string duration_text(std::chrono::milliseconds duration);

}  // namespace invoicing::mail
