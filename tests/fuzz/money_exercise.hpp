#pragma once
// Runs texts through the reader of decimals and compares with plain arithmetic on digits.

#include <string>
#include <string_view>

#include "domain/decimal.hpp"
#include "tests/fuzz/json_exercise.hpp"

namespace invoicing::fuzz {

/// `fraction_digits` 0 to 4, as currencies have them.
inline void check_decimal(std::string_view text, int fraction_digits) {
  const ParsedDecimal parsed = parse_decimal(text, fraction_digits);
  const ParsedWideDecimal wide = parse_wide_decimal(text, fraction_digits);
  require(
      (parsed.fault == DecimalFault::not_a_number) == (wide.fault == DecimalFault::not_a_number),
      "one grammar for both widths");
  if (parsed.fault != DecimalFault::none) {
    require(parsed.scaled == 0, "no value with a fault");
    return;
  }
  require(wide.fault == DecimalFault::none && wide.scaled == parsed.scaled, "one value");
  for (const std::string& written : {format_decimal(parsed.scaled, fraction_digits),
                                     format_decimal_shortest(parsed.scaled, fraction_digits)}) {
    const ParsedDecimal again = parse_decimal(written, fraction_digits);
    require(again.fault == DecimalFault::none && again.scaled == parsed.scaled, "value read back");
  }
  // More digits of the currency only append zeros.
  const ParsedWideDecimal finer = parse_wide_decimal(text, fraction_digits + 1);
  require(finer.fault == DecimalFault::none && finer.scaled == wide.scaled * 10, "a finer value");
}

inline void exercise_money(std::string_view text) {
  for (int digits = 0; digits <= 4; ++digits) check_decimal(text, digits);
  const bool is_number = parse_decimal(text, 0).fault != DecimalFault::not_a_number;
  const std::string object = "{\"a\":" + std::string(text) + "}";
  if (is_number) require(JsonOracle::accepts(object), "a number as RFC 8259 has it");
  const auto currency = Currency::from_code(text);
  if (currency) require(currency->code() == text, "the code of the text");
}

}  // namespace invoicing::fuzz
