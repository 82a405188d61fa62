#pragma once
// The rule for what one process takes for a while: a lease of a report, a claim on a recipient.

#include <optional>

#include "domain/instant.hpp"

namespace invoicing {

/// Twice what is asked for, because the clocks of two machines differ.
constexpr Instant last_believable_end(Instant now, Instant until) {
  return now + 2 * (until - now);
}

/// Whether somebody has, until `end`, what is asked for from `now` until `until`. Everybody takes
/// it for about as long, so an end far beyond that was written by a clock that has been set back
/// since: nobody waits for the time that it showed.
constexpr bool is_held(const std::optional<Instant>& end, Instant now, Instant until) {
  return end && now < *end && *end <= last_believable_end(now, until);
}

}  // namespace invoicing
