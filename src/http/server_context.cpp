#include "http/server_context.hpp"

#include <array>
#include <cstdio>
#include <ctime>

namespace invoicing::http {
namespace {

// One customer has a whole /64 of IPv6; counting single addresses would count nothing.
boost::asio::ip::address limit_key(const boost::asio::ip::address& address) {
  if (!address.is_v6()) return address;
  auto bytes = address.to_v6().to_bytes();
  for (std::size_t i = 8; i < bytes.size(); ++i) bytes[i] = 0;
  return boost::asio::ip::address_v6(bytes);
}

}  // namespace

bool ConnectionLimiter::admit(const boost::asio::ip::address& address) {
  const std::lock_guard lock(mutex_);
  if (connections_ >= connections_max_) return false;
  auto& count = by_address_[limit_key(address)];
  if (count >= per_address_max_) return false;
  ++count;
  ++connections_;
  return true;
}

void ConnectionLimiter::release(const boost::asio::ip::address& address) {
  const std::lock_guard lock(mutex_);
  --connections_;
  const auto found = by_address_.find(limit_key(address));
  if (--found->second == 0) by_address_.erase(found);
}

std::string imf_fixdate(std::chrono::system_clock::time_point time) {
  // Not strftime: its names follow the process's locale.
  static constexpr std::array kDays = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static constexpr std::array kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const std::time_t seconds = std::chrono::system_clock::to_time_t(time);
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  std::array<char, 64> text;
  const int length = std::snprintf(text.data(), text.size(), "%s, %02d %s %04d %02d:%02d:%02d GMT",
                                   kDays.at(static_cast<std::size_t>(parts.tm_wday)), parts.tm_mday,
                                   kMonths.at(static_cast<std::size_t>(parts.tm_mon)),
                                   parts.tm_year + 1900, parts.tm_hour, parts.tm_min, parts.tm_sec);
  return std::string(text.data(), static_cast<std::size_t>(length));
}

}  // namespace invoicing::http
