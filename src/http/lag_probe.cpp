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
constexpr std::chrono::milliseconds kWindow{100};

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
    const auto now = std::chrono::steady_clock::now();
    take(now - rung_, now);
    ringing_ = false;
  }
}

void LagProbe::take(std::chrono::nanoseconds lag, SteadyTime now) {
  if (now - window_begin_ >= kWindow) {
    // After a pause the window before the pause says nothing.
    least_before_ = now - window_begin_ < 2 * kWindow + lag ? least_ : std::chrono::nanoseconds{0};
    least_ = std::chrono::nanoseconds::max();
    window_begin_ = now;
  }
  least_ = std::min(least_, lag);
}

std::chrono::nanoseconds LagProbe::measure(SteadyTime now) {
  if (!ringing_ && now - rung_ >= kInterval) {
    const std::uint64_t one = 1;
    ringing_ = ::write(bell_.native_handle(), &one, sizeof one) == sizeof one;
    rung_ = now;
  }
  if (now - window_begin_ >= 2 * kWindow + (now - rung_)) return std::chrono::nanoseconds{0};
  return std::min(least_, least_before_);
}

}  // namespace invoicing::http
