// Preloaded before libfaketime, which takes every absolute time of a timerfd for one of the wall
// clock. Asio's timers are monotonic; one that is over already is set to an absolute nanosecond,
// and libfaketime (0.9.10) makes a day in the future of it: all timers of that thread stand still.

#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <unistd.h>

extern "C" {

int timerfd_settime(int descriptor, int flags, const itimerspec* value, itimerspec* old) noexcept {
  return static_cast<int>(::syscall(SYS_timerfd_settime, descriptor, flags, value, old));
}

int timerfd_gettime(int descriptor, itimerspec* left) noexcept {
  return static_cast<int>(::syscall(SYS_timerfd_gettime, descriptor, left));
}

}  // extern "C"
