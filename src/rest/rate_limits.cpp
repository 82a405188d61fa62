#include "rest/rate_limits.hpp"

#include <chrono>
#include <utility>

#include "rest/client_address.hpp"
#include "rest/problem.hpp"

namespace invoicing::rest {

namespace {

std::unique_ptr<TokenBuckets> buckets(std::uint32_t per_second, const std::string& seed) {
  return per_second == 0 ? nullptr : std::make_unique<TokenBuckets>(per_second, seed);
}

}  // namespace

RateLimits::RateLimits(RateLimitOptions options)
    : trusted_(std::move(options.trusted_proxies)),
      by_key_(buckets(options.per_key, options.seed)),
      by_address_(buckets(options.per_address, options.seed)) {}

bool RateLimits::take(TokenBuckets& buckets, std::string_view name, std::string_view who,
                      std::vector<Quota>& left) {
  const auto verdict = buckets.take(who, std::chrono::steady_clock::now());
  left.push_back({name, buckets.quota(), verdict});
  return verdict.admitted;
}

bool RateLimits::take_of_address(const http::Request& request, std::vector<Quota>& left) {
  if (!by_address_) return true;
  const auto site = client_address(request, trusted_).site();
  std::string who;
  for (const std::uint8_t byte : site.bytes) who += static_cast<char>(byte);
  return take(*by_address_, "address", who, left);
}

bool RateLimits::take_of_key(const Principal& caller, std::vector<Quota>& left) {
  if (!by_key_ || caller.id.empty()) return true;
  return take(*by_key_, "key", caller.id, left);
}

void add_rate_limit_fields(http::Response& response, const std::vector<Quota>& left) {
  if (left.empty()) return;
  const std::string window = std::to_string(TokenBuckets::kWindow.count());
  std::string policy;
  std::string limit;
  for (const Quota& each : left) {
    const std::string name = (policy.empty() ? "\"" : ", \"") + std::string(each.name) + '"';
    policy += name;
    policy += ";q=" + std::to_string(each.quota) + ";w=" + window;
    limit += name;
    limit += ";r=" + std::to_string(each.verdict.remaining) +
             ";t=" + std::to_string(each.verdict.until_full.count());
  }
  response.add_header("RateLimit-Policy", std::move(policy));
  response.add_header("RateLimit", std::move(limit));
}

http::Response too_many_requests(const std::vector<Quota>& left) {
  const Quota& spent = left.back();
  const auto seconds = std::to_string(spent.verdict.until_admitted.count());
  http::Response response =
      problem(Error(ErrorCode::rate_limited, "this " + std::string(spent.name) +
                                                 " has no request left; wait " + seconds + " s"));
  response.add_header("Retry-After", seconds);
  add_rate_limit_fields(response, left);
  return response;
}

}  // namespace invoicing::rest
