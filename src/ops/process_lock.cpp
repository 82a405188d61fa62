#include "ops/process_lock.hpp"

#include <array>
#include <cerrno>
#include <charconv>
#include <string>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include "ops/in_quotes.hpp"

namespace invoicing::ops {
namespace {

std::string reason(int number) {
  return std::generic_category().message(number);
}

Error cannot_lock(const std::filesystem::path& folder, const std::string& what_and_cure) {
  return Error(ErrorCode::storage_unavailable,
               "the folder " + in_quotes(folder.string()) + " " + what_and_cure);
}

// " (process 123)", or nothing while the holder has not written its number yet.
std::string holder(int fd) {
  std::array<char, 16> text{};
  const auto bytes = pread(fd, text.data(), text.size(), 0);
  long pid = 0;
  const auto* const end = text.data() + std::max<ssize_t>(bytes, 0);
  const auto [stopped, failure] = std::from_chars(text.data(), end, pid);
  if (failure != std::errc{} || pid <= 0) return {};
  return " (process " + std::to_string(pid) + ")";
}

// For the message of the next one only, so a full disk does not matter.
void write_own_number(int fd) {
  const auto text = std::to_string(getpid()) + "\n";
  if (ftruncate(fd, 0) != 0) return;
  [[maybe_unused]] const auto written = pwrite(fd, text.data(), text.size(), 0);
}

int lock_now(int fd) {
  int result = 0;
  do {
    result = flock(fd, LOCK_EX | LOCK_NB);
  } while (result != 0 && errno == EINTR);
  return result == 0 ? 0 : errno;
}

}  // namespace

Result<ProcessLock> ProcessLock::acquire(const std::filesystem::path& folder) {
  const auto file = folder / "lock";
  const int fd = open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644);
  if (fd < 0) {
    return cannot_lock(folder, "cannot be locked (" + reason(errno) +
                                   "); make it writable for this user or choose another one");
  }
  ProcessLock lock(fd);
  const int failure = lock_now(fd);
  if (failure == EWOULDBLOCK) {
    return cannot_lock(folder, "is in use by another process" + holder(fd) +
                                   "; stop that one or choose another folder");
  }
  if (failure != 0) {
    return cannot_lock(folder, "cannot be locked (" + reason(failure) +
                                   "); choose a folder on a file system that knows flock");
  }
  write_own_number(fd);
  return lock;
}

ProcessLock::ProcessLock(ProcessLock&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}

ProcessLock& ProcessLock::operator=(ProcessLock&& other) noexcept {
  std::swap(fd_, other.fd_);
  return *this;
}

ProcessLock::~ProcessLock() {
  if (fd_ >= 0) close(fd_);
}

}  // namespace invoicing::ops
