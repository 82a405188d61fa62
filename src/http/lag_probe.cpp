#include "http/lag_probe.hpp"

#include <algorithm>
#include <array>

#include <boost/asio/buffer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>
#include <sys/eventfd.h>
#include <unistd.h>

namespace invoicing::http {
namespace {

constexpr std::chrono::milliseconds kInterval{5};
// Older figures say nothing about now.
constexpr std::chrono::milliseconds kValidity{50};

int make_bell() {
  const int bell = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (bell >= 0) return bell;
  throw boost::system::system_error(errno, boost::system::system_category());
}

}  // namespace

LagProbe::LagProbe(Executor executor) : bell_(executor, make_bell()) {}

Task<void> LagProbe::run() {
  std::array<std::uint8_t, sizeof(std::uint64_t)> count{};
  for (;;) {
    const auto buffer = boost::asio::buffer(count);
    co_await bell_.async_read_some(buffer, boost::asio::use_awaitable_t<Executor>{});
    last_ = std::chrono::steady_clock::now() - rung_;
    ringing_ = false;
  }
}

std::chrono::nanoseconds LagProbe::measure(SteadyTime now) {
  const std::chrono::nanoseconds since = now - rung_;
  if (ringing_) return std::max(last_, since);
  const bool valid = since < last_ + kValidity;
  if (since >= kInterval) {
    const std::uint64_t one = 1;
    ringing_ = ::write(bell_.native_handle(), &one, sizeof one) == sizeof one;
    rung_ = now;
  }
  if (!valid) last_ = std::chrono::nanoseconds{0};
  return last_;
}

}  // namespace invoicing::http
