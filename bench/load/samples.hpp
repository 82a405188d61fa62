#pragma once
// Every latency of a run, kept exactly: a run has a few million of them at most.

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <string>
#include <vector>

namespace invoicing::bench {

using SteadyClock = std::chrono::steady_clock;

class Samples {
 public:
  void add(SteadyClock::duration latency) {
    const auto tenths =
        std::chrono::duration_cast<std::chrono::nanoseconds>(latency).count() / kUnitNs;
    units_.push_back(static_cast<std::uint32_t>(std::clamp<std::int64_t>(tenths, 0, UINT32_MAX)));
  }

  void clear() { units_.clear(); }
  std::size_t size() const { return units_.size(); }

  /// In µs; 0 without samples. `share` from 0 to 1.
  double percentile(double share) {
    if (units_.empty()) return 0;
    const auto rank = static_cast<std::size_t>(share * static_cast<double>(units_.size() - 1));
    const auto place = units_.begin() + static_cast<std::ptrdiff_t>(rank);
    std::nth_element(units_.begin(), place, units_.end());
    return static_cast<double>(*place) * kUnitNs / 1000.0;
  }

  /// As a JSON object, in µs.
  std::string to_json() {
    char text[200];
    const int length = std::snprintf(
        text, sizeof text,
        R"({"count":%zu,"p50":%.1f,"p90":%.1f,"p99":%.1f,"p999":%.1f,"max":%.1f})", size(),
        percentile(0.5), percentile(0.9), percentile(0.99), percentile(0.999), percentile(1));
    return std::string(text, static_cast<std::size_t>(length));
  }

 private:
  static constexpr int kUnitNs = 100;
  std::vector<std::uint32_t> units_;
};

}  // namespace invoicing::bench
