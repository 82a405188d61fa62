#pragma once
// The signals by which a process is told to end.

#include <csignal>
#include <functional>

namespace invoicing::ops {

/// Turns SIGTERM, SIGINT and SIGHUP into answers of wait(), and ignores SIGPIPE. One per process,
/// made in main before the first thread, because threads inherit the mask that it sets:
///
///   ops::SignalWaiter signals;
///   service.start();
///   signals.wait();
///   service.stop();
class SignalWaiter {
 public:
  /// Blocks the three signals in this thread and those that it starts later. Throws
  /// std::system_error when the system has no descriptors left.
  SignalWaiter();
  /// Gives back mask and disposition as they were, on the thread that made it.
  ~SignalWaiter();
  SignalWaiter(const SignalWaiter&) = delete;
  SignalWaiter& operator=(const SignalWaiter&) = delete;

  /// Waits, on any one thread, until the process is to end: SIGTERM or SIGINT (the answer is its
  /// number) or request_stop() (the answer is 0). SIGHUP calls `on_hangup` on this thread and the
  /// wait goes on; without a function SIGHUP does nothing.
  int wait(const std::function<void()>& on_hangup = {});

  /// Ends the present or the next wait(); from any thread.
  void request_stop() const;

 private:
  sigset_t previous_mask_{};
  struct sigaction previous_pipe_{};
  int signal_fd_ = -1;
  int stop_fd_ = -1;
};

}  // namespace invoicing::ops
