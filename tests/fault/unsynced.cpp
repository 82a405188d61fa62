#include "unsynced.hpp"

#include <algorithm>
#include <cstdio>

#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace {

// System calls throughout: the library's functions of these names are counted.
bool exists(const std::string& path) {
  struct stat found{};
  return ::lstat(path.c_str(), &found) == 0;
}

std::string folder_of(const std::string& path) {
  return path.substr(0, path.rfind('/'));
}

// The log's index is shared memory, made anew by whoever comes first after a crash.
bool is_index(const std::string& path) {
  return path.ends_with("-shm");
}

}  // namespace

Unsynced::Unsynced(std::string graveyard, bool disk_lies)
    : graveyard_(std::move(graveyard)), disk_lies_(disk_lies) {
  ::syscall(SYS_mkdir, graveyard_.c_str(), 0700);
}

void Unsynced::note_write(int descriptor, const std::string& path, std::size_t bytes,
                          off_t offset) {
  note(descriptor, path, bytes, offset);
}

void Unsynced::note_truncate(int descriptor, const std::string& path, off_t size) {
  struct stat now{};
  if (::fstat(descriptor, &now) != 0) return;
  const off_t lost = now.st_size > size ? now.st_size - size : 0;
  note(descriptor, path, static_cast<std::size_t>(lost), size);
}

void Unsynced::note(int descriptor, const std::string& path, std::size_t bytes, off_t offset) {
  struct stat now{};
  if (is_index(path) || ::fstat(descriptor, &now) != 0) return;
  const std::lock_guard lock(mutex_);
  auto [found, is_new] = files_.try_emplace({now.st_dev, now.st_ino}, File{-1, {}});
  if (is_new) {
    found->second.descriptor =
        static_cast<int>(::syscall(SYS_openat, AT_FDCWD, path.c_str(), O_RDWR | O_CLOEXEC));
  }
  OldBytes old{++number_, offset, bytes, std::string(bytes, '\0'), now.st_size};
  const ssize_t size = ::pread(found->second.descriptor, old.bytes.data(), bytes, offset);
  old.bytes.resize(size > 0 ? static_cast<std::size_t>(size) : 0);
  found->second.changes.push_back(std::move(old));
}

void Unsynced::note_new_name(const std::string& path) {
  if (is_index(path) || exists(path)) return;
  const std::lock_guard lock(mutex_);
  names_.push_back({++number_, path, {}});
}

void Unsynced::note_rename(const std::string& from, const std::string& to) {
  const std::lock_guard lock(mutex_);
  names_.push_back({++number_, to, from});
}

void Unsynced::note_removal(const std::string& path) {
  if (is_index(path) || !exists(path)) return;
  const std::lock_guard lock(mutex_);
  const std::string grave =
      graveyard_ + "/" + std::to_string(::getpid()) + "-" + std::to_string(++number_);
  // A folder or a socket cannot be linked; nothing of ours removes a folder that holds anything.
  if (::syscall(SYS_link, path.c_str(), grave.c_str()) == 0) {
    names_.push_back({number_, grave, path});
  }
}

std::uint64_t Unsynced::mark() {
  const std::lock_guard lock(mutex_);
  return number_;
}

void Unsynced::synced(int descriptor, const std::string& path, std::uint64_t mark) {
  struct stat now{};
  if (disk_lies_ || ::fstat(descriptor, &now) != 0) return;
  const std::lock_guard lock(mutex_);
  if (const auto found = files_.find({now.st_dev, now.st_ino}); found != files_.end()) {
    std::erase_if(found->second.changes, [mark](const auto& old) { return old.number <= mark; });
  }
  std::erase_if(names_, [&](const Name& name) {
    const bool is_grave = name.now.starts_with(graveyard_);
    const std::string folder = folder_of(is_grave ? name.then : name.now);
    return name.number <= mark && folder == path;
  });
}

void Unsynced::cut_power(bool everything, std::mt19937_64 source) {
  mutex_.lock();
  for (auto& [id, file] : files_) undo_bytes(file, everything, source);
  for (auto name = names_.rbegin(); name != names_.rend(); ++name) {
    // What never was lands among the graves, a whole folder too.
    const std::string back =
        name->then.empty() ? graveyard_ + "/never-" + std::to_string(name->number) : name->then;
    ::syscall(SYS_rename, name->now.c_str(), back.c_str());
  }
}

void Unsynced::undo_bytes(File& file, bool everything, std::mt19937_64& source) {
  std::vector<std::pair<off_t, off_t>> kept;
  off_t kept_end = 0;
  for (auto old = file.changes.rbegin(); old != file.changes.rend(); ++old) {
    const off_t end = old->offset + static_cast<off_t>(old->new_bytes);
    const bool overlaps = std::any_of(kept.begin(), kept.end(), [&](const auto& other) {
      return old->offset < other.second && other.first < end;
    });
    if (overlaps || (!everything && source() % 2 == 0)) {
      kept.emplace_back(old->offset, end);
      kept_end = std::max(kept_end, end);
      continue;
    }
    ::syscall(SYS_pwrite64, file.descriptor, old->bytes.data(), old->bytes.size(), old->offset);
    // A later write that has stayed lies behind a hole where this one was to be.
    const off_t size = std::max(old->file_size, kept_end);
    const std::string hole(
        static_cast<std::size_t>(std::max<off_t>(
            0, std::min(end, size) - old->offset - static_cast<off_t>(old->bytes.size()))),
        '\0');
    ::syscall(SYS_pwrite64, file.descriptor, hole.data(), hole.size(),
              old->offset + static_cast<off_t>(old->bytes.size()));
    ::syscall(SYS_ftruncate, file.descriptor, size);
  }
}
