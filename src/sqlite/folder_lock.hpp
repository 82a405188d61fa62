#pragma once
// One writing process per data folder.

#include <filesystem>

#include "domain/result.hpp"

namespace invoicing::sqlite {

/// Holds the lock of a folder (flock on the file "lock" in it) until destroyed; the system ends it
/// with the process, however that ends. Move-only.
class FolderLock {
 public:
  /// Error storage_unavailable with a sentence for the operator: another process holds it, or the
  /// folder cannot be written.
  static Result<FolderLock> acquire(const std::filesystem::path& folder);

  FolderLock() = default;
  ~FolderLock();
  FolderLock(FolderLock&& other) noexcept;
  FolderLock& operator=(FolderLock&& other) noexcept;

 private:
  int descriptor_ = -1;
};

}  // namespace invoicing::sqlite
