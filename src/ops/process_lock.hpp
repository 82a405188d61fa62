#pragma once
// One process per folder.

#include <filesystem>

#include "domain/result.hpp"

namespace invoicing::ops {

/// Holds `folder`/lock exclusively. The system gives the lock back when the process ends, however
/// it ends, so a stale file never stands in the way. A child of exec does not inherit it.
class ProcessLock {
 public:
  /// Does not wait. The folder must exist. The error is `storage_unavailable`; its detail is one
  /// line for the operator, which names the folder, the holder's process id where it is known, and
  /// the cure (it holds a path: not for a client).
  static Result<ProcessLock> acquire(const std::filesystem::path& folder);

  ProcessLock(ProcessLock&& other) noexcept;
  ProcessLock& operator=(ProcessLock&& other) noexcept;
  ~ProcessLock();

 private:
  explicit ProcessLock(int fd) : fd_(fd) {}
  int fd_ = -1;
};

}  // namespace invoicing::ops
