#include "ops/network.hpp"

#include <algorithm>
#include <charconv>
#include <string>

#include <arpa/inet.h>

namespace invoicing::ops {
namespace {

constexpr unsigned kV4Offset = 96;
constexpr unsigned kAllBits = 128;

}  // namespace

std::optional<IpAddress> IpAddress::parse(std::string_view text) {
  // C functions stop at a NUL; a text with one inside is no address.
  if (text.find('\0') != std::string_view::npos) return std::nullopt;
  const std::string literal(text);
  IpAddress address;
  if (inet_pton(AF_INET6, literal.c_str(), address.bytes.data()) == 1) return address;
  if (inet_pton(AF_INET, literal.c_str(), address.bytes.data() + kV4Offset / 8) != 1) {
    return std::nullopt;
  }
  std::fill_n(address.bytes.begin(), 10, std::uint8_t{0});
  address.bytes[10] = address.bytes[11] = 0xff;
  return address;
}

bool IpAddress::is_v4() const {
  return std::all_of(bytes.begin(), bytes.begin() + 10, [](auto byte) { return byte == 0; }) &&
         bytes[10] == 0xff && bytes[11] == 0xff;
}

IpAddress IpAddress::site() const {
  IpAddress site = *this;
  if (!is_v4()) std::fill(site.bytes.begin() + 8, site.bytes.end(), std::uint8_t{0});
  return site;
}

std::optional<IpNetwork> IpNetwork::parse(std::string_view text) {
  const auto slash = text.find('/');
  const auto address = IpAddress::parse(text.substr(0, slash));
  if (!address) return std::nullopt;
  if (slash == std::string_view::npos) return IpNetwork{*address, kAllBits};
  const auto digits = text.substr(slash + 1);
  unsigned bits = 0;
  const char* const end = digits.data() + digits.size();
  const auto [stopped, failure] = std::from_chars(digits.data(), end, bits);
  const bool v4_text = text.substr(0, slash).find(':') == std::string_view::npos;
  const unsigned offset = v4_text ? kV4Offset : 0;
  if (digits.empty() || failure != std::errc{} || stopped != end || bits > kAllBits - offset) {
    return std::nullopt;
  }
  return IpNetwork{*address, bits + offset};
}

bool IpNetwork::contains(const IpAddress& other) const {
  const unsigned whole = prefix_bits / 8;
  if (!std::equal(other.bytes.begin(), other.bytes.begin() + whole, address.bytes.begin())) {
    return false;
  }
  const unsigned rest = prefix_bits % 8;
  if (rest == 0) return true;
  const unsigned mask = 0xffU << (8 - rest) & 0xffU;
  return (other.bytes[whole] & mask) == (address.bytes[whole] & mask);
}

}  // namespace invoicing::ops
