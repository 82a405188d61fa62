#include "sqlite/folder_lock.hpp"

#include <cerrno>
#include <string>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

namespace invoicing::sqlite {

Result<FolderLock> FolderLock::acquire(const std::filesystem::path& folder) {
  const auto file = folder / "lock";
  FolderLock lock;
  lock.descriptor_ = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (lock.descriptor_ < 0) {
    return Error(ErrorCode::storage_unavailable,
                 "The data folder " + folder.string() +
                     " cannot be written: " + std::generic_category().message(errno) + ".");
  }
  if (::flock(lock.descriptor_, LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) {
      return Error(ErrorCode::storage_unavailable,
                   "The data folder " + folder.string() +
                       " cannot be locked: " + std::generic_category().message(errno) + ".");
    }
    return Error(ErrorCode::storage_unavailable, "Another process already serves the data folder " +
                                                     folder.string() +
                                                     "; stop it first or name another folder.");
  }
  return lock;
}

FolderLock::~FolderLock() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

FolderLock::FolderLock(FolderLock&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)) {}

FolderLock& FolderLock::operator=(FolderLock&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  return *this;
}

}  // namespace invoicing::sqlite
