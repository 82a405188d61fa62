#include "ops/signals.hpp"

#include <array>
#include <cerrno>
#include <cstdint>
#include <system_error>

#include <poll.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

namespace invoicing::ops {
namespace {

sigset_t awaited() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGHUP);
  return set;
}

// The number of the signal, 0 if another wait() was faster.
int next_signal(int fd) {
  signalfd_siginfo info{};
  const auto bytes = read(fd, &info, sizeof info);
  return bytes == sizeof info ? static_cast<int>(info.ssi_signo) : 0;
}

}  // namespace

SignalWaiter::SignalWaiter() : stop_fd_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  const auto set = awaited();
  signal_fd_ = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
  if (signal_fd_ < 0 || stop_fd_ < 0) {
    const int reason = errno;
    if (signal_fd_ >= 0) close(signal_fd_);
    throw std::system_error(reason, std::generic_category(), "signals");
  }
  pthread_sigmask(SIG_BLOCK, &set, &previous_mask_);
  // A peer that hangs up is an error of the write, not the end of the process.
  struct sigaction ignore{};
  ignore.sa_handler = SIG_IGN;
  sigaction(SIGPIPE, &ignore, &previous_pipe_);
}

SignalWaiter::~SignalWaiter() {
  sigaction(SIGPIPE, &previous_pipe_, nullptr);
  pthread_sigmask(SIG_SETMASK, &previous_mask_, nullptr);
  close(signal_fd_);
  close(stop_fd_);
}

int SignalWaiter::wait(const std::function<void()>& on_hangup) {
  for (;;) {
    std::array<pollfd, 2> fds{pollfd{signal_fd_, POLLIN, 0}, pollfd{stop_fd_, POLLIN, 0}};
    poll(fds.data(), fds.size(), -1);
    std::uint64_t stops = 0;
    if (fds[1].revents != 0 && read(stop_fd_, &stops, sizeof stops) == sizeof stops) return 0;
    if (fds[0].revents == 0) continue;
    const int number = next_signal(signal_fd_);
    if (number == SIGTERM || number == SIGINT) return number;
    if (number == SIGHUP && on_hangup) on_hangup();
  }
}

void SignalWaiter::request_stop() const {
  const std::uint64_t one = 1;
  // The only failure is a counter at its maximum, and then the wait ends anyway.
  [[maybe_unused]] const auto written = write(stop_fd_, &one, sizeof one);
}

}  // namespace invoicing::ops
