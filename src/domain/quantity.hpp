#pragma once
// Quantity: an exact decimal with up to three fraction digits, kept as int64 thousandths.

#include <compare>
#include <cstdint>

namespace invoicing {

inline constexpr int kQuantityDigits = 3;
/// The largest quantity of one item (10^9 pieces), in thousandths. The smallest is 1 (0.001).
inline constexpr std::int64_t kMaxQuantityMilli = 1'000'000'000'000;

struct Quantity {
  std::int64_t milli = 0;

  friend auto operator<=>(const Quantity&, const Quantity&) = default;
};

}  // namespace invoicing
