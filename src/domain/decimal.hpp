#pragma once
// Exact decimal text to scaled integer and back. No binary float anywhere.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "domain/int128.hpp"

namespace invoicing {

/// Why a text is no scaled integer.
enum class DecimalFault {
  none,
  not_a_number,  ///< not a JSON number (RFC 8259 section 6): "01", "1.", ".5", "+1", "NaN", blanks
  too_many_digits,  ///< has digits (other than zeros) beyond the allowed fraction digits
  out_of_range,     ///< outside what the result type, or the caller's range, holds
};

struct ParsedDecimal {
  DecimalFault fault = DecimalFault::none;
  std::int64_t scaled = 0;  ///< value × 10^fraction_digits; 0 unless fault is none
};

/// Reads a JSON number ("1e2", "100.10", "-0.5") exactly. Trailing zeros beyond `fraction_digits`
/// (0 to 9) are allowed, other digits are not. An exponent of any size costs no time.
ParsedDecimal parse_decimal(std::string_view json_number, int fraction_digits);

/// The same for sums, which are 128 bits wide.
struct ParsedWideDecimal {
  DecimalFault fault = DecimalFault::none;
  Int128 scaled = 0;
};
ParsedWideDecimal parse_wide_decimal(std::string_view json_number, int fraction_digits);

/// A binary float of somebody else's as scaled integer: its shortest decimal text, rounded half to
/// even at `fraction_digits`. Nothing where it is not finite or the result leaves int64.
std::optional<std::int64_t> round_double(double value, int fraction_digits);

/// Writes `scaled` with exactly `fraction_digits` digits: (-1050, 2) is "-10.50".
std::string format_decimal(Int128 scaled, int fraction_digits);

/// Writes `scaled` with at most `fraction_digits` digits and no trailing zeros: (1500, 3) is "1.5".
std::string format_decimal_shortest(Int128 scaled, int fraction_digits);

/// Appends instead of returning, for the hot path. Same text as format_decimal.
void append_decimal(std::string& out, Int128 scaled, int fraction_digits);
void append_decimal_shortest(std::string& out, Int128 scaled, int fraction_digits);

}  // namespace invoicing
