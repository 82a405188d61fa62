#include "rest/token_buckets.hpp"

#include <algorithm>
#include <utility>

#include "domain/invoice_id.hpp"

namespace invoicing::rest {

namespace {

constexpr std::int64_t kSecondNs = 1'000'000'000;

std::chrono::seconds seconds_of(std::int64_t ns) {
  return std::chrono::seconds((std::max<std::int64_t>(ns, 0) + kSecondNs - 1) / kSecondNs);
}

}  // namespace

TokenBuckets::TokenBuckets(std::uint32_t per_second, std::string seed)
    : interval_ns_(kSecondNs / per_second),
      quota_(std::uint64_t{per_second} * static_cast<std::uint64_t>(kWindow.count())),
      seed_(std::move(seed)),
      sets_(kSets) {}

std::uint64_t TokenBuckets::hash(std::string_view who) const {
  const auto digest = sha256(seed_ + std::string(who));
  std::uint64_t bits = 0;
  for (std::size_t i = 0; i < sizeof(bits); ++i) bits = bits << 8 | digest[i];
  return bits;
}

TokenBuckets::Slot& TokenBuckets::slot_for(Set& set, std::uint64_t who) {
  const auto mine = std::ranges::find(set, who, &Slot::who);
  if (mine != set.end()) return *mine;
  Slot& free = *std::ranges::min_element(set, {}, &Slot::full_at_ns);
  free = Slot{who, 0};
  return free;
}

TokenBuckets::Verdict TokenBuckets::take(std::string_view who, Time now) {
  const std::uint64_t bits = hash(who);
  const std::size_t at = bits % kSets;
  const std::int64_t now_ns =
      std::chrono::duration_cast<std::chrono::nanoseconds>(now.time_since_epoch()).count();
  const std::int64_t capacity_ns = interval_ns_ * static_cast<std::int64_t>(quota_);
  const std::lock_guard lock(locks_[at % kLocks]);
  Slot& slot = slot_for(sets_[at], bits);
  const std::int64_t full_at = std::max(slot.full_at_ns, now_ns);
  Verdict verdict;
  verdict.admitted = full_at + interval_ns_ - now_ns <= capacity_ns;
  if (verdict.admitted) slot.full_at_ns = full_at + interval_ns_;
  const std::int64_t missing_ns = std::max(slot.full_at_ns - now_ns, std::int64_t{0});
  verdict.remaining = static_cast<std::uint64_t>((capacity_ns - missing_ns) / interval_ns_);
  verdict.until_full = seconds_of(missing_ns);
  if (!verdict.admitted) {
    verdict.until_admitted =
        std::max(seconds_of(missing_ns + interval_ns_ - capacity_ns), std::chrono::seconds{1});
  }
  return verdict;
}

}  // namespace invoicing::rest
