#pragma once
// Waiting without a thread.

#include <chrono>

#include "async/task.hpp"

namespace invoicing {

/// Resumes after `time` on the monotonic clock, on the executor it was awaited on; earlier when
/// cancelled.
Task<void> pause(std::chrono::milliseconds time);

}  // namespace invoicing
