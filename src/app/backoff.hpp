#pragma once
// Back-off with jitter: the one place that says how long to wait before another try.

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <random>

namespace invoicing {

struct BackoffOptions {
  std::chrono::milliseconds first{std::chrono::seconds{5}};
  std::chrono::milliseconds longest{std::chrono::minutes{15}};
};

/// Doubles from `first` to `longest`; the delay is drawn evenly from its upper half, so that many
/// who failed together do not come back together. Not thread-safe.
class Backoff {
 public:
  Backoff(BackoffOptions options, std::uint64_t seed) : options_(options), random_(seed) {}

  /// The wait after attempt number `attempt` (1 is the first) has failed.
  std::chrono::milliseconds after(std::int64_t attempt) {
    const std::int64_t doublings = std::clamp<std::int64_t>(attempt - 1, 0, 30);
    const auto full =
        std::min<std::int64_t>(options_.first.count() << doublings, options_.longest.count());
    std::uniform_int_distribution<std::int64_t> upper_half(full - full / 2, full);
    return std::chrono::milliseconds{upper_half(random_)};
  }

 private:
  BackoffOptions options_;
  std::mt19937_64 random_;
};

}  // namespace invoicing
