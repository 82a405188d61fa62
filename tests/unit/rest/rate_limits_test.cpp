#include "rest/rate_limits.hpp"

#include <algorithm>
#include <set>

#include <gtest/gtest.h>

#include "rest/client_address.hpp"

namespace invoicing::rest {
namespace {

using namespace std::chrono_literals;

constexpr TokenBuckets::Time kStart{std::chrono::hours{1}};

TEST(TokenBucketsTest, AFullBucketGivesTenSecondsWorthAtOnce) {
  TokenBuckets buckets(2, "seed");
  EXPECT_EQ(buckets.quota(), 20U);
  for (std::uint64_t i = 0; i < 20; ++i) {
    const auto verdict = buckets.take("ada", kStart);
    EXPECT_TRUE(verdict.admitted) << i;
    EXPECT_EQ(verdict.remaining, 19 - i);
  }
  const auto refused = buckets.take("ada", kStart);
  EXPECT_FALSE(refused.admitted);
  EXPECT_EQ(refused.remaining, 0U);
  EXPECT_EQ(refused.until_admitted, 1s);
  EXPECT_EQ(refused.until_full, 10s);
}

TEST(TokenBucketsTest, FillsAgainAtItsRateAndNoFurther) {
  TokenBuckets buckets(2, "seed");
  while (buckets.take("ada", kStart).admitted) {
  }
  EXPECT_FALSE(buckets.take("ada", kStart + 499ms).admitted);
  EXPECT_TRUE(buckets.take("ada", kStart + 500ms).admitted);
  EXPECT_FALSE(buckets.take("ada", kStart + 500ms).admitted);
  std::uint64_t admitted = 0;
  while (buckets.take("ada", kStart + 1h).admitted) ++admitted;
  EXPECT_EQ(admitted, 20U);
}

TEST(TokenBucketsTest, WhoAsksTooOftenGetsTheRateAndNotLess) {
  TokenBuckets buckets(10, "seed");
  std::uint64_t admitted = 0;
  for (auto at = kStart; at < kStart + 100s; at += 10ms) {
    if (buckets.take("ada", at).admitted) ++admitted;
  }
  EXPECT_NEAR(static_cast<double>(admitted), 100 + 1000, 1);
}

TEST(TokenBucketsTest, NobodyPaysForAnother) {
  TokenBuckets buckets(1, "seed");
  while (buckets.take("ada", kStart).admitted) {
  }
  EXPECT_EQ(buckets.take("bo", kStart).remaining, 9U);
}

TEST(TokenBucketsTest, MoreCallersThanPlacesCostNoMemoryAndLockNobodyOut) {
  TokenBuckets buckets(1, "seed");
  for (int i = 0; i < 200'000; ++i) {
    ASSERT_TRUE(buckets.take(std::to_string(i), kStart).admitted) << i;
  }
}

TEST(TokenBucketsTest, TimeThatStandsStillOrGoesBackGivesNothingAway) {
  TokenBuckets buckets(1, "seed");
  while (buckets.take("ada", kStart).admitted) {
  }
  EXPECT_FALSE(buckets.take("ada", kStart - 5s).admitted);
}

std::string header(const http::Response& response, std::string_view name) {
  const auto found = std::ranges::find(response.headers, name, &http::ResponseHeader::name);
  return found == response.headers.end() ? std::string() : found->value;
}

TEST(RateLimitsTest, SaysWhatIsLeftAsTheDraftHasIt) {
  RateLimits limits({.per_key = 100, .per_address = 2, .trusted_proxies = {}, .seed = "s"});
  ASSERT_TRUE(limits.any());
  http::Request request;
  request.remote_address = "192.0.2.7";
  std::vector<Quota> left;
  EXPECT_TRUE(limits.take_of_address(request, left));
  EXPECT_TRUE(limits.take_of_key({"abcdefgh", "till-7", {}}, left));
  http::Response response;
  add_rate_limit_fields(response, left);
  EXPECT_EQ(header(response, "RateLimit-Policy"), R"("address";q=20;w=10, "key";q=1000;w=10)");
  EXPECT_EQ(header(response, "RateLimit"), R"("address";r=19;t=1, "key";r=999;t=1)");
}

TEST(RateLimitsTest, OneTooManyIsToldWhenToComeBack) {
  RateLimits limits({.per_key = 0, .per_address = 1, .trusted_proxies = {}, .seed = "s"});
  http::Request request;
  request.remote_address = "2001:db8:1:2:3::7";
  std::vector<Quota> left;
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(limits.take_of_address(request, left));
  // Of IPv6 a customer has a /64.
  request.remote_address = "2001:db8:1:2:ffff::1";
  left.clear();
  EXPECT_FALSE(limits.take_of_address(request, left));
  const auto response = too_many_requests(left);
  EXPECT_EQ(response.status, 429U);
  EXPECT_EQ(header(response, "Retry-After"), "1");
  EXPECT_EQ(header(response, "RateLimit"), R"("address";r=0;t=10)");
  request.remote_address = "2001:db8:1:3::1";
  EXPECT_TRUE(limits.take_of_address(request, left));
  EXPECT_TRUE(limits.take_of_key({"abcdefgh", "till-7", {}}, left));
}

TEST(RateLimitsTest, WithoutAnyNobodyIsCounted) {
  EXPECT_FALSE(
      RateLimits({.per_key = 0, .per_address = 0, .trusted_proxies = {}, .seed = ""}).any());
}

class ClientAddressTest : public ::testing::Test {
 protected:
  ops::IpAddress of(std::string_view peer, std::vector<std::string> forwarded) {
    http::Request request;
    request.remote_address = peer;
    for (const std::string& value : forwarded)
      request.headers.push_back({"X-Forwarded-For", value});
    return client_address(request, trusted_);
  }
  static ops::IpAddress ip(std::string_view text) { return ops::IpAddress::parse(text).value(); }

  std::vector<ops::IpNetwork> trusted_ = {*ops::IpNetwork::parse("10.0.0.0/8"),
                                          *ops::IpNetwork::parse("2001:db8::1")};
};

TEST_F(ClientAddressTest, IsThePeersUnlessItIsATrustedProxy) {
  EXPECT_EQ(of("192.0.2.7", {"203.0.113.9"}), ip("192.0.2.7"));
  EXPECT_EQ(of("10.1.2.3", {"203.0.113.9"}), ip("203.0.113.9"));
  EXPECT_EQ(of("::ffff:10.1.2.3", {"203.0.113.9"}), ip("203.0.113.9"));
  EXPECT_EQ(of("2001:db8::1", {"203.0.113.9"}), ip("203.0.113.9"));
  EXPECT_EQ(of("2001:db8::2", {"203.0.113.9"}), ip("2001:db8::2"));
  EXPECT_EQ(of("10.1.2.3", {}), ip("10.1.2.3"));
}

TEST_F(ClientAddressTest, WhatStandsBeforeTheLastUntrustedEntryIsIgnored) {
  EXPECT_EQ(of("10.1.2.3", {"1.1.1.1, 203.0.113.9,10.9.9.9 , 10.8.8.8"}), ip("203.0.113.9"));
  EXPECT_EQ(of("10.1.2.3", {"1.1.1.1", "203.0.113.9, 10.9.9.9", "10.8.8.8"}), ip("203.0.113.9"));
  EXPECT_EQ(of("10.1.2.3", {"10.9.9.9"}), ip("10.9.9.9"));
}

TEST_F(ClientAddressTest, ReadsTheFormsThatProxiesWrite) {
  EXPECT_EQ(of("10.1.2.3", {"203.0.113.9:4711"}), ip("203.0.113.9"));
  EXPECT_EQ(of("10.1.2.3", {"[2001:db8:5::7]:443"}), ip("2001:db8:5::7"));
  EXPECT_EQ(of("10.1.2.3", {"2001:db8:5::7"}), ip("2001:db8:5::7"));
  for (const std::string text : {"unknown", "", "1.2.3", "203.0.113.9,", "[2001:db8::7", "a, b"}) {
    EXPECT_EQ(of("10.1.2.3", {text}), ip("10.1.2.3")) << text;
  }
}

}  // namespace
}  // namespace invoicing::rest
