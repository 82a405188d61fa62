#pragma once
// What a process has changed and not brought to the disk yet, so that a power cut can be played:
// with the kill it disappears, all of it or some.

#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include <sys/stat.h>
#include <sys/types.h>

/// Thread-safe. Paths are absolute. Functions named note_… are called before the change is made.
/// A file's bytes are safe after fsync or fdatasync of the file, its name after that of its folder.
/// Not covered: what is written through a mapping, a vector of writes, an overwritten name.
class Unsynced {
 public:
  /// Removed files are kept in `graveyard`, a folder on the same file system, until the end. On a
  /// disk that lies nothing is ever safe.
  Unsynced(std::string graveyard, bool disk_lies);

  void note_write(int descriptor, const std::string& path, std::size_t bytes, off_t offset);
  void note_truncate(int descriptor, const std::string& path, off_t size);
  /// A name that comes into being (open, mkdir, link); nothing happens if it is there.
  void note_new_name(const std::string& path);
  void note_rename(const std::string& from, const std::string& to);
  void note_removal(const std::string& path);

  /// How far the notes go; what they say up to there is safe once the sync has succeeded.
  std::uint64_t mark();
  void synced(int descriptor, const std::string& path, std::uint64_t mark);

  /// Undoes what is not safe: everything, or of the bytes a part that `source` chooses. Takes a
  /// lock that it never gives back: the process is to be killed next.
  void cut_power(bool everything, std::mt19937_64 source);

 private:
  struct FileId {
    dev_t device;
    ino_t inode;
    auto operator<=>(const FileId&) const = default;
  };
  struct OldBytes {
    std::uint64_t number;
    off_t offset;
    std::size_t new_bytes;  // how many the write may have replaced or added
    std::string bytes;
    off_t file_size;
  };
  struct File {
    int descriptor;  // of its own, kept open: closing it would let go of the program's locks
    std::vector<OldBytes> changes;
  };
  struct Name {
    std::uint64_t number;
    std::string now;   // empty: removed
    std::string then;  // empty: was not there
  };

  void note(int descriptor, const std::string& path, std::size_t bytes, off_t offset);
  void undo_bytes(File& file, bool everything, std::mt19937_64& source);

  std::mutex mutex_;
  const std::string graveyard_;
  const bool disk_lies_;
  std::uint64_t number_ = 0;
  std::map<FileId, File> files_;
  std::vector<Name> names_;
};
