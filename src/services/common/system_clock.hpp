#pragma once
// The machine's wall clock.

#include "ports/clock.hpp"

namespace invoicing::services {

/// Thread-safe.
class SystemClock final : public Clock {
 public:
  Instant now() const override;
  Task<void> sleep_until(Instant when) override;
};

}  // namespace invoicing::services
