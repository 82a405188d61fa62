#pragma once
// Money: int64 minor units of one ISO 4217 currency. Currencies are never added together.

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string_view>

namespace invoicing {

/// An ISO 4217 currency in circulation: alphabetic code and number of minor-unit digits (0 to 4).
/// A value type of 4 bytes; always valid. Ordered by code.
class Currency {
 public:
  /// The currency with this three-letter, upper-case code (ISO 4217:2015, list one, funds and
  /// precious metals without minor units left out). Nothing for every other text.
  static std::optional<Currency> from_code(std::string_view code);

  /// US dollar, the default of the configuration.
  Currency();

  std::string_view code() const { return {code_.data(), code_.size()}; }
  int digits() const { return digits_; }

  friend bool operator==(const Currency& a, const Currency& b) { return a.code_ == b.code_; }
  friend auto operator<=>(const Currency& a, const Currency& b) { return a.code_ <=> b.code_; }

 private:
  Currency(std::array<char, 3> code, std::int8_t digits) : code_(code), digits_(digits) {}
  std::array<char, 3> code_;
  std::int8_t digits_;
};

/// The largest amount of one invoice, in minor units. The smallest is 0.
inline constexpr std::int64_t kMaxMinorUnits = 1'000'000'000'000'000;

/// An amount of one invoice: 0 <= minor <= kMaxMinorUnits.
struct Money {
  std::int64_t minor = 0;
  Currency currency;

  friend bool operator==(const Money&, const Money&) = default;
};

}  // namespace invoicing
