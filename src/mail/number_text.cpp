#include "mail/number_text.hpp"

#include <array>
#include <string_view>

#include "domain/decimal.hpp"
#include "domain/quantity.hpp"

namespace invoicing::mail {
namespace {

constexpr std::array<std::string_view, 7> kWeekdays{"Sunday",   "Monday", "Tuesday", "Wednesday",
                                                    "Thursday", "Friday", "Saturday"};
constexpr std::array<std::string_view, 12> kMonths{"January",   "February", "March",    "April",
                                                   "May",       "June",     "July",     "August",
                                                   "September", "October",  "November", "December"};

std::string_view weekday_of(Day day) {
  return kWeekdays[std::chrono::weekday(std::chrono::sys_days(day.time_since_epoch()))
                       .c_encoding()];
}

std::chrono::year_month_day date_of(Day day) {
  return std::chrono::year_month_day(std::chrono::sys_days(day.time_since_epoch()));
}

std::string_view month_of(Day day) {
  return kMonths[static_cast<unsigned>(date_of(day).month()) - 1];
}

std::string number_of_day(Day day) {
  return std::to_string(static_cast<unsigned>(date_of(day).day()));
}

std::string year_of(Day day) {
  return std::to_string(static_cast<int>(date_of(day).year()));
}

std::string two_digits(std::int64_t n) {
  return (n < 10 ? "0" : "") + std::to_string(n);
}

std::string grouped(std::string number) {
  const std::size_t start = number.starts_with('-') ? 1 : 0;
  const std::size_t point = std::min(number.find('.'), number.size());
  for (std::size_t at = point; at > start + 3; number.insert(at, 1, ',')) at -= 3;
  return number;
}

/// "UTC", "UTC+01:00", "UTC-03:30".
std::string offset_text(std::chrono::seconds offset) {
  if (offset.count() == 0) return "UTC";
  const auto minutes = std::chrono::abs(std::chrono::duration_cast<std::chrono::minutes>(offset));
  return std::string("UTC") + (offset.count() < 0 ? '-' : '+') + two_digits(minutes.count() / 60) +
         ':' + two_digits(minutes.count() % 60);
}

Int128 divided_half_away(Int128 dividend, Int128 divisor) {
  const Int128 magnitude = dividend < 0 ? -dividend : dividend;
  const Int128 rounded =
      magnitude / divisor + (magnitude % divisor >= divisor - magnitude % divisor);
  return dividend < 0 ? -rounded : rounded;
}

}  // namespace

std::string amount_text(Int128 minor, const Currency& currency) {
  return grouped(format_decimal(minor, currency.digits()));
}

std::string money_text(Int128 minor, const Currency& currency) {
  return amount_text(minor, currency) + ' ' + std::string(currency.code());
}

std::string quantity_text(Int128 milli) {
  return grouped(format_decimal_shortest(milli, kQuantityDigits));
}

std::string count_text(std::int64_t count) {
  return grouped(std::to_string(count));
}

std::string with_sign(std::string number) {
  const bool negative = number.starts_with('-');
  const bool zero = number.find_first_of("123456789") == std::string::npos;
  return negative || zero ? number : '+' + std::move(number);
}

Int128 average_minor(Int128 amount_minor, std::int64_t count) {
  return divided_half_away(amount_minor, count);
}

std::optional<Int128> change_permille(Int128 before, Int128 now) {
  if (before <= 0) return std::nullopt;
  return divided_half_away((now - before) * 1000, before);
}

std::string percent_text(Int128 permille) {
  return with_sign(grouped(format_decimal(permille, 1))) + '%';
}

std::string long_day_text(Day day) {
  return std::string(weekday_of(day)) + ", " + number_of_day(day) + ' ' +
         std::string(month_of(day)) + ' ' + year_of(day);
}

std::string day_text(Day day) {
  return std::string(weekday_of(day).substr(0, 3)) + ' ' + short_day_text(day) + ' ' + year_of(day);
}

std::string short_day_text(Day day) {
  return number_of_day(day) + ' ' + std::string(month_of(day).substr(0, 3));
}

LocalTimes::LocalTimes(const std::string& zone) : zone_("UTC") {
  auto calendar = BusinessCalendar::create(zone, "00:00");
  if (!calendar) return;
  calendar_ = std::move(*calendar);
  zone_ = zone;
}

std::string LocalTimes::text(Instant instant) const {
  const auto day = std::chrono::floor<std::chrono::days>(instant);
  LocalTime local{Day(day.time_since_epoch()), instant - day};
  std::chrono::seconds offset{0};
  if (calendar_) {
    local = calendar_->to_local(instant);
    offset = calendar_->offset_at(instant);
  }
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(local.time_of_day).count();
  std::string out =
      day_text(local.day) + ", " + two_digits(seconds / 3600) + ':' + two_digits(seconds / 60 % 60);
  if (seconds % 60 != 0) out += ':' + two_digits(seconds % 60);
  return out + " (" + offset_text(offset) + ')';
}

std::string duration_text(std::chrono::milliseconds duration) {
  const auto minutes = std::chrono::duration_cast<std::chrono::minutes>(duration).count();
  std::string out = count_text(minutes / 60) + " h";
  if (minutes % 60 != 0) out += ' ' + std::to_string(minutes % 60) + " min";
  return out;
}

}  // namespace invoicing::mail
