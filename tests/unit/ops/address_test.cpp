#include "ops/address.hpp"

#include <gmock/gmock.h>

namespace invoicing::ops {
namespace {

TEST(Address, ReadsBothFamiliesAndLocalhost) {
  EXPECT_EQ(*parse_address("127.0.0.1:3000"), (Address{"127.0.0.1", 3000}));
  EXPECT_EQ(*parse_address("0.0.0.0:0"), (Address{"0.0.0.0", 0}));
  EXPECT_EQ(*parse_address("[::1]:65535"), (Address{"::1", 65535}));
  EXPECT_EQ(*parse_address("localhost:80"), (Address{"127.0.0.1", 80}));
}

TEST(Address, IsWrittenAsItIsRead) {
  for (const auto* text : {"127.0.0.1:3000", "[::1]:3000", "[2001:db8::7]:1"}) {
    EXPECT_EQ(to_string(*parse_address(text)), text);
  }
}

TEST(Address, SaysWhatIsWrongAndHowToWriteIt) {
  const std::vector<std::pair<std::string, std::string>> cases{
      {"", "is no address"},
      {"3000", "has no port"},
      {"127.0.0.1", "has no port"},
      {":3000", "has no host"},
      {"[]:3000", "has no host"},
      {"[::1]", "has no port"},
      {"[::1]3000", "has no port"},
      {"[::1:3000", "lacks the closing bracket"},
      {"::1:3000", "is an IPv6 address without brackets"},
      {"[127.0.0.1]:3000", "has a host that is no IP address"},
      {"example.com:3000", "has a host that is no IP address"},
      {"256.0.0.1:3000", "has a host that is no IP address"},
      {"127.0.0.1:65536", "has a port that is no number from 0 to 65535"},
      {"127.0.0.1:-1", "has a port that is no number from 0 to 65535"},
      {"127.0.0.1:80a", "has a port that is no number from 0 to 65535"},
      {"127.0.0.1:", "has a port that is no number from 0 to 65535"},
      {"127.0.0.1: 80", "has a port that is no number from 0 to 65535"},
      {std::string("127.0.0.1\0:80", 13), "is no address"},
  };
  for (const auto& [text, fault] : cases) {
    const auto parsed = parse_address(text);
    ASSERT_FALSE(parsed) << text;
    EXPECT_EQ(parsed.error().code(), ErrorCode::invalid_parameter);
    EXPECT_THAT(parsed.error().detail(), testing::HasSubstr(fault)) << text;
    EXPECT_THAT(parsed.error().detail(), testing::HasSubstr("; write it as 127.0.0.1:3000"));
  }
}

TEST(Address, KnowsWhatOnlyThisMachineReaches) {
  for (const auto* host : {"127.0.0.1", "127.255.1.2", "::1", "::ffff:127.0.0.1"}) {
    EXPECT_TRUE(is_loopback({host, 1})) << host;
  }
  for (const auto* host : {"0.0.0.0", "128.0.0.1", "10.0.0.1", "::", "::2", "::ffff:10.0.0.1",
                           "fe80::1", "::127.0.0.1", ""}) {
    EXPECT_FALSE(is_loopback({host, 1})) << host;
  }
}

TEST(Address, KnowsNetworks) {
  for (const auto* text : {"10.0.0.1", "10.0.0.0/8", "::1", "fd00::/8", "0.0.0.0/0", "::1/128"}) {
    EXPECT_TRUE(is_ip_or_network(text)) << text;
  }
  for (const auto* text : {"", "10.0.0.0/33", "::/129", "10.0.0.0/", "10.0.0.0/-1", "host", "/8"}) {
    EXPECT_FALSE(is_ip_or_network(text)) << text;
  }
}

}  // namespace
}  // namespace invoicing::ops
