#pragma once
// How often a key and an address may call, and what they are told of it
// (draft-ietf-httpapi-ratelimit-headers-10).

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "domain/principal.hpp"
#include "http/message.hpp"
#include "ops/network.hpp"
#include "rest/token_buckets.hpp"

namespace invoicing::rest {

struct RateLimitOptions {
  std::uint32_t per_key = 0;      ///< requests per second, at most 1,000,000; 0: any number
  std::uint32_t per_address = 0;  ///< likewise; of IPv6 a /64 counts as one address
  std::vector<ops::IpNetwork> trusted_proxies;
  std::string seed;  ///< random bytes
};

/// What is left to a caller of one limit.
struct Quota {
  std::string_view name;  ///< "key" or "address"
  std::uint64_t quota = 0;
  TokenBuckets::Verdict verdict;
};

/// Thread-safe.
class RateLimits {
 public:
  explicit RateLimits(RateLimitOptions options);

  bool any() const { return by_key_ != nullptr || by_address_ != nullptr; }

  /// Counts the request, and appends what is left, where there is such a limit. False: one too
  /// many.
  bool take_of_address(const http::Request& request, std::vector<Quota>& left);
  /// Callers without an id are nobody's.
  bool take_of_key(const Principal& caller, std::vector<Quota>& left);

 private:
  static bool take(TokenBuckets& buckets, std::string_view name, std::string_view who,
                   std::vector<Quota>& left);

  const std::vector<ops::IpNetwork> trusted_;
  std::unique_ptr<TokenBuckets> by_key_;
  std::unique_ptr<TokenBuckets> by_address_;
};

/// RateLimit-Policy and RateLimit.
void add_rate_limit_fields(http::Response& response, const std::vector<Quota>& left);

/// 429 with these fields and Retry-After, for the last of `left`.
http::Response too_many_requests(const std::vector<Quota>& left);

}  // namespace invoicing::rest
