#pragma once
// IP addresses and networks as bytes, to be compared.

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace invoicing::ops {

/// An IPv6 address, or an IPv4 one in its mapped form (::ffff:0:0/96).
struct IpAddress {
  std::array<std::uint8_t, 16> bytes{};

  /// A literal address without brackets, port and zone; else nothing.
  static std::optional<IpAddress> parse(std::string_view text);

  bool is_v4() const;
  /// What one customer of a provider has: of IPv6 the /64, else the address.
  IpAddress site() const;

  friend bool operator==(const IpAddress&, const IpAddress&) = default;
};

struct IpNetwork {
  IpAddress address;
  unsigned prefix_bits = 128;  ///< of the 128; of IPv4 96 more than what stands behind the slash

  /// "10.0.0.1", "10.0.0.0/8", "2001:db8::/32"; else nothing.
  static std::optional<IpNetwork> parse(std::string_view text);

  bool contains(const IpAddress& other) const;
};

}  // namespace invoicing::ops
