#include "ops/network.hpp"

#include <gtest/gtest.h>

namespace invoicing::ops {
namespace {

IpAddress ip(std::string_view text) {
  return IpAddress::parse(text).value();
}

TEST(IpAddressTest, AnIpv4AddressIsItsMappedForm) {
  EXPECT_EQ(ip("192.0.2.7"), ip("::ffff:192.0.2.7"));
  EXPECT_TRUE(ip("192.0.2.7").is_v4());
  EXPECT_FALSE(ip("2001:db8::7").is_v4());
  EXPECT_FALSE(ip("::1").is_v4());
  for (const auto* text : {"", "192.0.2", "192.0.2.7:80", "[::1]", "fe80::1%eth0", "localhost"}) {
    EXPECT_FALSE(IpAddress::parse(text)) << text;
  }
}

TEST(IpAddressTest, ASiteIsWhatOneCustomerHas) {
  EXPECT_EQ(ip("2001:db8:1:2:3:4:5:6").site(), ip("2001:db8:1:2::"));
  EXPECT_EQ(ip("192.0.2.7").site(), ip("192.0.2.7"));
}

TEST(IpNetworkTest, HoldsTheAddressesOfItsPrefix) {
  const auto eight = *IpNetwork::parse("10.0.0.0/8");
  EXPECT_TRUE(eight.contains(ip("10.255.0.1")));
  EXPECT_FALSE(eight.contains(ip("11.0.0.1")));
  EXPECT_FALSE(eight.contains(ip("::10")));
  const auto odd = *IpNetwork::parse("192.0.2.128/25");
  EXPECT_TRUE(odd.contains(ip("192.0.2.129")));
  EXPECT_FALSE(odd.contains(ip("192.0.2.127")));
  EXPECT_TRUE(IpNetwork::parse("0.0.0.0/0")->contains(ip("203.0.113.1")));
  EXPECT_FALSE(IpNetwork::parse("0.0.0.0/0")->contains(ip("2001:db8::1")));
  EXPECT_TRUE(IpNetwork::parse("2001:db8::/33")->contains(ip("2001:db8:7fff::1")));
  EXPECT_FALSE(IpNetwork::parse("2001:db8::/33")->contains(ip("2001:db8:8000::1")));
  EXPECT_TRUE(IpNetwork::parse("192.0.2.7")->contains(ip("192.0.2.7")));
  EXPECT_FALSE(IpNetwork::parse("192.0.2.7")->contains(ip("192.0.2.6")));
  for (const auto* text : {"", "/8", "10.0.0.0/33", "::/129", "10.0.0.0/", "10.0.0.0/a", "10/8"}) {
    EXPECT_FALSE(IpNetwork::parse(text)) << text;
  }
}

}  // namespace
}  // namespace invoicing::ops
