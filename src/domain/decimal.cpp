#include "domain/decimal.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>

namespace invoicing {
namespace {

using UInt128 = unsigned __int128;

constexpr std::size_t kMaxInt128Digits = 39;
// Beyond this an exponent only says "huge" or "tiny"; no text is long enough to make up for it.
constexpr std::int64_t kExponentCap = 1'000'000'000'000'000;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// The parts of a JSON number. `whole` and `fraction` are digits only, `fraction` may be empty.
struct NumberParts {
  bool negative = false;
  std::string_view whole;
  std::string_view fraction;
  std::int64_t exponent = 0;

  char digit(std::size_t i) const {
    return i < whole.size() ? whole[i] : fraction[i - whole.size()];
  }
  std::size_t digits() const { return whole.size() + fraction.size(); }
};

class NumberScanner {
 public:
  explicit NumberScanner(std::string_view text) : text_(text) {}

  bool scan(NumberParts& parts) {
    parts.negative = accept('-');
    parts.whole = digits();
    if (parts.whole.empty() || (parts.whole.size() > 1 && parts.whole.front() == '0')) return false;
    if (accept('.')) {
      parts.fraction = digits();
      if (parts.fraction.empty()) return false;
    }
    if ((accept('e') || accept('E')) && !scan_exponent(parts.exponent)) return false;
    return at_ == text_.size();
  }

 private:
  bool accept(char c) {
    if (at_ == text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }

  std::string_view digits() {
    const std::size_t start = at_;
    while (at_ < text_.size() && is_digit(text_[at_])) ++at_;
    return text_.substr(start, at_ - start);
  }

  bool scan_exponent(std::int64_t& exponent) {
    const bool negative = accept('-');
    if (!negative) accept('+');
    const std::string_view text = digits();
    if (text.empty()) return false;
    for (const char c : text) exponent = std::min(exponent * 10 + (c - '0'), kExponentCap);
    if (negative) exponent = -exponent;
    return true;
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

/// The value times 10^fraction_digits, without its sign.
struct Magnitude {
  DecimalFault fault = DecimalFault::none;
  UInt128 value = 0;
};

Magnitude scale(const NumberParts& parts, int fraction_digits) {
  std::size_t first = 0;
  while (first < parts.digits() && parts.digit(first) == '0') ++first;
  if (first == parts.digits()) return {};
  std::size_t last = parts.digits() - 1;
  while (parts.digit(last) == '0') --last;

  // The power of ten of a digit's place in the scaled value; negative places do not fit into it.
  const std::int64_t place_of_zero =
      static_cast<std::int64_t>(parts.whole.size()) - 1 + parts.exponent + fraction_digits;
  const std::int64_t highest = place_of_zero - static_cast<std::int64_t>(first);
  const std::int64_t lowest = place_of_zero - static_cast<std::int64_t>(last);
  if (highest >= static_cast<std::int64_t>(kMaxInt128Digits)) {
    return {DecimalFault::out_of_range, 0};
  }
  if (lowest < 0) return {DecimalFault::too_many_digits, 0};

  UInt128 value = 0;
  bool overflow = false;
  const auto append_digit = [&](char digit) {
    overflow |= __builtin_mul_overflow(value, UInt128{10}, &value);
    overflow |= __builtin_add_overflow(value, static_cast<UInt128>(digit - '0'), &value);
  };
  for (std::size_t i = first; i <= last; ++i) append_digit(parts.digit(i));
  for (std::int64_t i = 0; i < lowest; ++i) append_digit('0');
  if (overflow) return {DecimalFault::out_of_range, 0};
  return {DecimalFault::none, value};
}

/// parse_decimal for a result type whose largest value is `max`.
ParsedWideDecimal parse_within(std::string_view json_number, int fraction_digits, UInt128 max) {
  NumberParts parts;
  if (!NumberScanner(json_number).scan(parts)) return {DecimalFault::not_a_number, 0};
  const Magnitude magnitude = scale(parts, fraction_digits);
  if (magnitude.fault != DecimalFault::none) return {magnitude.fault, 0};
  // Two's complement reaches one further down than up.
  if (magnitude.value > max + (parts.negative ? 1 : 0)) return {DecimalFault::out_of_range, 0};
  return {DecimalFault::none,
          static_cast<Int128>(parts.negative ? UInt128{0} - magnitude.value : magnitude.value)};
}

/// The digits of `value` at the end of `buffer`, at least `least` of them.
std::string_view to_digits(std::array<char, kMaxInt128Digits>& buffer, UInt128 value,
                           std::size_t least) {
  std::size_t at = buffer.size();
  constexpr UInt128 kMax64 = std::numeric_limits<std::uint64_t>::max();
  while (value > kMax64) {
    buffer[--at] = static_cast<char>('0' + static_cast<int>(value % 10));
    value /= 10;
  }
  // The usual case: a division of 128 bits costs ten times one of 64.
  for (auto rest = static_cast<std::uint64_t>(value); rest != 0; rest /= 10) {
    buffer[--at] = static_cast<char>('0' + rest % 10);
  }
  while (buffer.size() - at < least) buffer[--at] = '0';
  return {buffer.data() + at, buffer.size() - at};
}

void append(std::string& out, Int128 scaled, int fraction_digits, bool keep_trailing_zeros) {
  std::array<char, kMaxInt128Digits> buffer;
  const auto fraction_size = static_cast<std::size_t>(fraction_digits);
  // Negation in the unsigned type: the smallest value has no positive counterpart.
  const UInt128 magnitude =
      scaled < 0 ? UInt128{0} - static_cast<UInt128>(scaled) : static_cast<UInt128>(scaled);
  const std::string_view digits = to_digits(buffer, magnitude, fraction_size + 1);
  std::string_view fraction = digits.substr(digits.size() - fraction_size);
  while (!keep_trailing_zeros && !fraction.empty() && fraction.back() == '0') {
    fraction.remove_suffix(1);
  }
  if (scaled < 0) out += '-';
  out += digits.substr(0, digits.size() - fraction_size);
  if (fraction.empty()) return;
  out += '.';
  out += fraction;
}

}  // namespace

ParsedDecimal parse_decimal(std::string_view json_number, int fraction_digits) {
  constexpr UInt128 kMax = std::numeric_limits<std::int64_t>::max();
  const ParsedWideDecimal wide = parse_within(json_number, fraction_digits, kMax);
  return {wide.fault, static_cast<std::int64_t>(wide.scaled)};
}

ParsedWideDecimal parse_wide_decimal(std::string_view json_number, int fraction_digits) {
  constexpr UInt128 kMax = ~UInt128{0} >> 1;
  return parse_within(json_number, fraction_digits, kMax);
}

std::optional<std::int64_t> round_double(double value, int fraction_digits) {
  constexpr double kBeyondInt64 = 1e19;
  if (!std::isfinite(value) || std::abs(value) >= kBeyondInt64) return std::nullopt;
  std::array<char, 512> buffer;  // the smallest double has 324 fraction digits
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), std::abs(value),
                                 std::chars_format::fixed)
                       .ptr;
  const std::string_view text(buffer.data(), static_cast<std::size_t>(end - buffer.data()));
  const std::size_t point = std::min(text.find('.'), text.size());
  const std::string_view fraction = text.substr(std::min(point + 1, text.size()));
  const std::size_t kept = std::min(fraction.size(), static_cast<std::size_t>(fraction_digits));
  const std::string_view rest = fraction.substr(kept);

  const ParsedDecimal cut =
      parse_decimal(text.substr(0, kept == 0 ? point : point + 1 + kept), fraction_digits);
  if (cut.fault != DecimalFault::none) return std::nullopt;
  // The shortest text ends in no zero, so a single 5 is exactly half.
  const bool half = rest == "5";
  const bool up = half ? cut.scaled % 2 != 0 : !rest.empty() && rest.front() >= '5';
  if (up && cut.scaled == std::numeric_limits<std::int64_t>::max()) return std::nullopt;
  const std::int64_t magnitude = cut.scaled + (up ? 1 : 0);
  return value < 0 ? -magnitude : magnitude;
}

std::string format_decimal(Int128 scaled, int fraction_digits) {
  std::string out;
  append_decimal(out, scaled, fraction_digits);
  return out;
}

std::string format_decimal_shortest(Int128 scaled, int fraction_digits) {
  std::string out;
  append_decimal_shortest(out, scaled, fraction_digits);
  return out;
}

void append_decimal(std::string& out, Int128 scaled, int fraction_digits) {
  append(out, scaled, fraction_digits, true);
}

void append_decimal_shortest(std::string& out, Int128 scaled, int fraction_digits) {
  append(out, scaled, fraction_digits, false);
}

}  // namespace invoicing
