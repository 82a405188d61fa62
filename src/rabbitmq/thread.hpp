#pragma once

#include <functional>

#include <pthread.h>

namespace invoicing::rabbitmq {

/// A thread with a stack of 8 MB, whatever the limits of the process: the library reads nested
/// headers by recursion, and 2 MB are too few for the 25 500 levels that fit into a frame.
class Thread {
 public:
  /// Throws std::system_error when the system has no thread left. `work` must not throw.
  explicit Thread(std::function<void()> work);
  /// Waits for the end of `work`.
  ~Thread();
  Thread(const Thread&) = delete;
  Thread& operator=(const Thread&) = delete;

 private:
  std::function<void()> work_;
  pthread_t thread_{};
};

}  // namespace invoicing::rabbitmq
