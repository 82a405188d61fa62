#include "rest/client_address.hpp"

#include <algorithm>
#include <optional>
#include <ranges>
#include <string_view>

#include "http/tokens.hpp"

namespace invoicing::rest {

namespace {

// "192.0.2.7", "192.0.2.7:443", "2001:db8::7", "[2001:db8::7]", "[2001:db8::7]:443"
std::optional<ops::IpAddress> address_of_entry(std::string_view entry) {
  if (entry.starts_with('[')) {
    const auto end = entry.find(']');
    if (end == std::string_view::npos) return std::nullopt;
    return ops::IpAddress::parse(entry.substr(1, end - 1));
  }
  if (std::ranges::count(entry, ':') == 1) entry = entry.substr(0, entry.find(':'));
  return ops::IpAddress::parse(entry);
}

bool is_trusted(const std::vector<ops::IpNetwork>& trusted, const ops::IpAddress& address) {
  return std::ranges::any_of(trusted, [&](const auto& net) { return net.contains(address); });
}

}  // namespace

ops::IpAddress client_address(const http::Request& request,
                              const std::vector<ops::IpNetwork>& trusted) {
  auto address = ops::IpAddress::parse(request.remote_address).value_or(ops::IpAddress{});
  if (trusted.empty() || !is_trusted(trusted, address)) return address;
  const auto values = request.header_values("X-Forwarded-For");
  for (std::string_view rest : values | std::views::reverse) {
    for (;;) {
      const auto comma = rest.rfind(',');
      const auto start = comma == std::string_view::npos ? 0 : comma + 1;
      const auto next = address_of_entry(http::without_blanks(rest.substr(start)));
      if (!next) return address;
      address = *next;
      if (!is_trusted(trusted, address)) return address;
      if (comma == std::string_view::npos) break;
      rest = rest.substr(0, comma);
    }
  }
  return address;
}

}  // namespace invoicing::rest
