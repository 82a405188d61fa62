#pragma once
// Where a server listens: an IP address and a port, as operators write them.

#include <cstdint>
#include <string>
#include <string_view>

#include "domain/result.hpp"

namespace invoicing::ops {

struct Address {
  std::string host;        ///< a literal IPv4 or IPv6 address, without brackets
  std::uint16_t port = 0;  ///< 0: the system chooses

  bool operator==(const Address&) const = default;
};

/// Reads "127.0.0.1:3000", "[::1]:3000", "localhost:3000" (which means 127.0.0.1). Other names are
/// refused, because a name may stand for several addresses and change while the program runs.
/// The error is `invalid_parameter` with a detail that says what is wrong and how to write it.
Result<Address> parse_address(std::string_view text);

/// "127.0.0.1:3000", "[::1]:3000".
std::string to_string(const Address& address);

/// True for 127.0.0.0/8, ::1 and ::ffff:127.0.0.0/104: reachable from this machine only.
bool is_loopback(const Address& address);

/// True for a literal IPv4 or IPv6 address, alone or with a prefix length ("10.0.0.0/8").
bool is_ip_or_network(std::string_view text);

}  // namespace invoicing::ops
