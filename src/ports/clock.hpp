#pragma once
// Time comes from outside: the system in a program, a counter in a test.

#include "async/task.hpp"
#include "domain/instant.hpp"

namespace invoicing {

/// Thread-safe.
class Clock {
 public:
  virtual ~Clock() = default;

  /// Wall-clock time. May jump either way.
  virtual Instant now() const = 0;

  /// Resumes once now() >= `when`, also when the clock is set forward meanwhile (noticed within a
  /// second). When it is set back, once the time that lay between has passed all the same: nobody
  /// who waits for five seconds waits for days. Ends early, without an error, when the awaiting
  /// coroutine is cancelled.
  virtual Task<void> sleep_until(Instant when) = 0;
};

}  // namespace invoicing
