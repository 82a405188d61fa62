#pragma once
// How many requests somebody may send: a token bucket for each who sends, in memory of a fixed
// size.

#include <array>
#include <chrono>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace invoicing::rest {

/// Thread-safe. Each bucket holds `per_second` times the window and fills again at that rate. There
/// are 65,536 of them (1 MB): whoever comes beyond takes the place of one that is as good as full,
/// and at worst of one that is not, which then begins anew.
class TokenBuckets {
 public:
  using Time = std::chrono::steady_clock::time_point;
  static constexpr std::chrono::seconds kWindow{10};

  /// `per_second`: 1 to 1,000,000. `seed`: so that nobody outside can tell who shares a place.
  TokenBuckets(std::uint32_t per_second, std::string seed);

  struct Verdict {
    bool admitted = false;
    std::uint64_t remaining = 0;             ///< requests that would be admitted now
    std::chrono::seconds until_full{0};      ///< rounded up
    std::chrono::seconds until_admitted{0};  ///< rounded up; at least 1 unless admitted
  };

  /// Takes one token of `who`, if there is one.
  Verdict take(std::string_view who, Time now);

  /// Requests that a full bucket admits at once.
  std::uint64_t quota() const { return quota_; }

 private:
  // The bucket is kept as the time at which it will be full again (the generic cell rate
  // algorithm): one number, which also says how dear a place is.
  struct Slot {
    std::uint64_t who = 0;
    std::int64_t full_at_ns = 0;
  };
  static constexpr std::size_t kWays = 4;
  static constexpr std::size_t kSets = 16'384;
  static constexpr std::size_t kLocks = 64;
  using Set = std::array<Slot, kWays>;

  std::uint64_t hash(std::string_view who) const;
  static Slot& slot_for(Set& set, std::uint64_t who);

  const std::int64_t interval_ns_;  // between two tokens
  const std::uint64_t quota_;
  const std::string seed_;
  std::vector<Set> sets_;
  std::array<std::mutex, kLocks> locks_;
};

}  // namespace invoicing::rest
