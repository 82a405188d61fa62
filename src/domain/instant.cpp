#include "domain/instant.hpp"

#include <array>
#include <cstdint>

namespace invoicing {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using std::chrono::sys_days;
using std::chrono::year_month_day;

constexpr Instant kFirstInstant{sys_days{std::chrono::year{0} / 1 / 1}};
constexpr std::size_t kDaySize = 10;       // YYYY-MM-DD
constexpr std::size_t kInstantSize = 24;   // YYYY-MM-DDTHH:MM:SS.mmmZ
constexpr std::size_t kOriginalSize = 19;  // YYYY/MM/DD HH:MM:SS

void put(char* to, std::uint32_t value, int digits) {
  for (int i = digits - 1; i >= 0; --i) {
    to[i] = static_cast<char>('0' + value % 10);
    value /= 10;
  }
}

void put_day(char* to, const year_month_day& day) {
  put(to, static_cast<std::uint32_t>(static_cast<int>(day.year())), 4);
  to[4] = '-';
  put(to + 5, static_cast<unsigned>(day.month()), 2);
  to[7] = '-';
  put(to + 8, static_cast<unsigned>(day.day()), 2);
}

/// Reads fixed-width fields from left to right; once one is missing, ok() stays false.
class FieldReader {
 public:
  explicit FieldReader(std::string_view text) : text_(text) {}

  int number(std::size_t width) {
    if (!ok_ || text_.size() - at_ < width) return fail();
    int value = 0;
    for (std::size_t i = 0; i < width; ++i) {
      const char c = text_[at_ + i];
      if (c < '0' || c > '9') return fail();
      value = value * 10 + (c - '0');
    }
    at_ += width;
    return value;
  }

  void expect(char c) { expect_one_of(c, c); }
  void expect_one_of(char a, char b) {
    if (!ok_ || (peek() != a && peek() != b)) {
      fail();
      return;
    }
    ++at_;
  }
  char take() { return at_ < text_.size() ? text_[at_++] : '\0'; }
  char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  bool ok() const { return ok_; }
  bool done() const { return ok_ && at_ == text_.size(); }

 private:
  int fail() {
    ok_ = false;
    return 0;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  bool ok_ = true;
};

year_month_day read_day(FieldReader& in, char separator) {
  const std::chrono::year year{in.number(4)};
  in.expect(separator);
  const std::chrono::month month{static_cast<unsigned>(in.number(2))};
  in.expect(separator);
  const std::chrono::day day{static_cast<unsigned>(in.number(2))};
  return year / month / day;
}

/// HH:MM:SS, nothing for a time that no clock shows (24:00:00, a leap second).
std::optional<seconds> read_time(FieldReader& in) {
  const int hour = in.number(2);
  in.expect(':');
  const int minute = in.number(2);
  in.expect(':');
  const int second = in.number(2);
  if (!in.ok() || hour > 23 || minute > 59 || second > 59) return std::nullopt;
  return hours{hour} + minutes{minute} + seconds{second};
}

/// The digits after the point, at least one; what lies below a millisecond is cut.
std::optional<milliseconds> read_fraction(FieldReader& in) {
  int value = 0;
  int digits = 0;
  for (; in.peek() >= '0' && in.peek() <= '9'; ++digits) {
    const char c = in.take();
    if (digits < 3) value = value * 10 + (c - '0');
  }
  if (digits == 0) return std::nullopt;
  for (; digits < 3; ++digits) value *= 10;
  return milliseconds{value};
}

/// "Z" or "+HH:MM"; what has to be subtracted from the local reading.
std::optional<minutes> read_offset(FieldReader& in) {
  const char sign = in.take();
  if (sign == 'Z' || sign == 'z') return minutes{0};
  if (sign != '+' && sign != '-') return std::nullopt;
  const int hour = in.number(2);
  in.expect(':');
  const int minute = in.number(2);
  if (!in.ok() || hour > 23 || minute > 59) return std::nullopt;
  const minutes offset = hours{hour} + minutes{minute};
  return sign == '+' ? offset : -offset;
}

std::optional<year_month_day> read_whole_day(std::string_view text) {
  if (text.size() != kDaySize) return std::nullopt;
  FieldReader in(text);
  const year_month_day day = read_day(in, '-');
  if (!in.done()) return std::nullopt;
  return day;
}

}  // namespace

std::string format_instant(Instant instant) {
  std::string out;
  append_instant(out, instant);
  return out;
}

void append_instant(std::string& out, Instant instant) {
  const auto midnight = std::chrono::floor<std::chrono::days>(instant);
  const auto millis = static_cast<std::uint32_t>((instant - midnight).count());
  std::array<char, kInstantSize> text;
  put_day(text.data(), year_month_day{midnight});
  text[10] = 'T';
  put(&text[11], millis / 3'600'000, 2);
  text[13] = ':';
  put(&text[14], millis / 60'000 % 60, 2);
  text[16] = ':';
  put(&text[17], millis / 1'000 % 60, 2);
  text[19] = '.';
  put(&text[20], millis % 1'000, 3);
  text[23] = 'Z';
  out.append(text.data(), text.size());
}

std::string format_day(Day day) {
  std::string out(kDaySize, '0');
  put_day(out.data(), year_month_day{day});
  return out;
}

std::optional<Instant> parse_rfc3339(std::string_view text) {
  FieldReader in(text);
  const year_month_day day = read_day(in, '-');
  in.expect_one_of('T', 't');
  const auto time = read_time(in);
  if (!time || !day.ok()) return std::nullopt;
  milliseconds fraction{0};
  if (in.peek() == '.') {
    in.take();
    const auto read = read_fraction(in);
    if (!read) return std::nullopt;
    fraction = *read;
  }
  const auto offset = read_offset(in);
  if (!offset || !in.done()) return std::nullopt;
  const Instant instant = sys_days{day} + *time + fraction - *offset;
  // An offset can lead out of the four-digit years, where no text of ours could say the instant.
  if (instant < kFirstInstant || instant > kLastDate) return std::nullopt;
  return instant;
}

std::optional<Day> parse_day(std::string_view text) {
  const auto day = read_whole_day(text);
  if (!day || !day->ok()) return std::nullopt;
  return Day{*day};
}

std::optional<Day> parse_day_clamped(std::string_view text) {
  const auto day = read_whole_day(text);
  if (!day) return std::nullopt;
  if (day->ok()) return Day{*day};
  const auto number = static_cast<unsigned>(day->day());
  if (!day->month().ok() || number < 1 || number > 31) return std::nullopt;
  return Day{day->year() / day->month() / std::chrono::last};
}

std::optional<LocalTime> parse_original_local_time(std::string_view text) {
  if (text.size() != kOriginalSize) return std::nullopt;
  FieldReader in(text);
  const year_month_day day = read_day(in, '/');
  in.expect(' ');
  const auto time = read_time(in);
  if (!time || !in.done() || !day.ok()) return std::nullopt;
  return LocalTime{Day{day}, *time};
}

}  // namespace invoicing
