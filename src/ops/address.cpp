#include "ops/address.hpp"

#include <array>
#include <charconv>
#include <optional>

#include <arpa/inet.h>

#include "ops/in_quotes.hpp"

namespace invoicing::ops {
namespace {

constexpr std::string_view kExample = "write it as 127.0.0.1:3000, 0.0.0.0:3000 or [::1]:3000";

Error bad_address(std::string_view text, std::string_view what) {
  return Error(ErrorCode::invalid_parameter,
               in_quotes(text) + " " + std::string(what) + "; " + std::string(kExample));
}

std::optional<unsigned> whole_number(std::string_view text, unsigned max) {
  unsigned value = 0;
  const char* const end = text.data() + text.size();
  const auto [stopped, failure] = std::from_chars(text.data(), end, value);
  if (text.empty() || failure != std::errc{} || stopped != end || value > max) return std::nullopt;
  return value;
}

using V6Bytes = std::array<unsigned char, 16>;

std::optional<std::array<unsigned char, 4>> v4_bytes(const std::string& host) {
  std::array<unsigned char, 4> bytes{};
  if (inet_pton(AF_INET, host.c_str(), bytes.data()) != 1) return std::nullopt;
  return bytes;
}

std::optional<V6Bytes> v6_bytes(const std::string& host) {
  V6Bytes bytes{};
  if (inet_pton(AF_INET6, host.c_str(), bytes.data()) != 1) return std::nullopt;
  return bytes;
}

// C functions stop at a NUL; a text with one inside is no address.
bool holds_nul(std::string_view text) {
  return text.find('\0') != std::string_view::npos;
}

}  // namespace

Result<Address> parse_address(std::string_view text) {
  if (text.empty() || holds_nul(text)) return bad_address(text, "is no address");
  const bool bracketed = text.front() == '[';
  const auto host_end = bracketed ? text.find(']') : text.rfind(':');
  if (host_end == std::string_view::npos) {
    return bad_address(text, bracketed ? "lacks the closing bracket" : "has no port");
  }
  const auto colon = bracketed ? host_end + 1 : host_end;
  if (colon >= text.size() || text[colon] != ':') return bad_address(text, "has no port");

  const auto port = whole_number(text.substr(colon + 1), 65535);
  if (!port) return bad_address(text, "has a port that is no number from 0 to 65535");

  std::string host(bracketed ? text.substr(1, host_end - 1) : text.substr(0, host_end));
  if (host.empty()) return bad_address(text, "has no host");
  if (host == "localhost") host = "127.0.0.1";
  if (!bracketed && host.find(':') != std::string::npos) {
    return bad_address(text, "is an IPv6 address without brackets");
  }
  const bool known = bracketed ? v6_bytes(host).has_value() : v4_bytes(host).has_value();
  if (!known) return bad_address(text, "has a host that is no IP address");
  return Address{.host = std::move(host), .port = static_cast<std::uint16_t>(*port)};
}

std::string to_string(const Address& address) {
  const bool v6 = address.host.find(':') != std::string::npos;
  const auto host = v6 ? "[" + address.host + "]" : address.host;
  return host + ":" + std::to_string(address.port);
}

bool is_loopback(const Address& address) {
  if (const auto v4 = v4_bytes(address.host)) return (*v4)[0] == 127;
  const auto v6 = v6_bytes(address.host);
  if (!v6) return false;
  constexpr V6Bytes kLoopback{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
  if (*v6 == kLoopback) return true;
  constexpr std::array<unsigned char, 12> kMapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
  return std::equal(kMapped.begin(), kMapped.end(), v6->begin()) && (*v6)[12] == 127;
}

bool is_ip_or_network(std::string_view text) {
  if (holds_nul(text)) return false;
  const auto slash = text.find('/');
  const std::string host(text.substr(0, slash));
  const bool v4 = v4_bytes(host).has_value();
  if (!v4 && !v6_bytes(host)) return false;
  if (slash == std::string_view::npos) return true;
  return whole_number(text.substr(slash + 1), v4 ? 32 : 128).has_value();
}

}  // namespace invoicing::ops
