#pragma once
// The one source of chance of a simulated world. Written out instead of taken from <random>, whose
// distributions differ between standard libraries: a seed must mean the same run everywhere.

#include <cassert>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace invoicing::simulation {

/// SplitMix64 (Steele, Lea, Flood 2014). Not thread-safe.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}

  std::uint64_t next() {
    state_ += 0x9E3779B97F4A7C15U;
    std::uint64_t z = state_;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9U;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBU;
    return z ^ (z >> 31);
  }

  /// low <= n <= high.
  std::int64_t between(std::int64_t low, std::int64_t high) {
    assert(low <= high);
    return low + static_cast<std::int64_t>(next() % (static_cast<std::uint64_t>(high - low) + 1));
  }

  /// True `permille` times in a thousand.
  bool permille(std::int64_t permille) { return between(0, 999) < permille; }
  bool one_in(std::int64_t count) { return between(1, count) == 1; }

  template <typename T>
  const T& pick(const std::vector<T>& values) {
    return values[static_cast<std::size_t>(
        between(0, static_cast<std::int64_t>(values.size()) - 1))];
  }

 private:
  std::uint64_t state_;
};

}  // namespace invoicing::simulation
