#pragma once
// Times as the tables keep them: milliseconds UTC, days since 1970-01-01.

#include <cstdint>
#include <optional>

#include "domain/instant.hpp"

namespace invoicing::sqlite {

inline std::int64_t to_ms(Instant instant) {
  return instant.time_since_epoch().count();
}

inline std::optional<std::int64_t> to_ms(const std::optional<Instant>& instant) {
  if (!instant) return std::nullopt;
  return to_ms(*instant);
}

inline Instant to_instant(std::int64_t ms) {
  return Instant(std::chrono::milliseconds(ms));
}

inline std::optional<Instant> to_instant(const std::optional<std::int64_t>& ms) {
  if (!ms) return std::nullopt;
  return to_instant(*ms);
}

inline std::int64_t to_days(Day day) {
  return day.time_since_epoch().count();
}

inline Day to_day(std::int64_t days) {
  return Day(std::chrono::days(static_cast<std::chrono::days::rep>(days)));
}

}  // namespace invoicing::sqlite
