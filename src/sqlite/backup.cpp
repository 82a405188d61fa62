#include "sqlite/backup.hpp"

#include <cerrno>
#include <string>
#include <system_error>

#include <fcntl.h>
#include <unistd.h>

#include "sqlite/connection.hpp"
#include "sqlite/file_sync.hpp"

namespace invoicing::sqlite {
namespace {

Error unavailable(const std::string& words) {
  return Error(ErrorCode::storage_unavailable, words);
}

Result<void> check_copy(const std::filesystem::path& file) {
  Connection copy(file, Access::read_only);
  auto integrity = copy.prepared("PRAGMA integrity_check(1)").query();
  if (!integrity.next() || integrity.text(0) != "ok") {
    return Error(ErrorCode::stored_data_invalid,
                 "The copy is damaged: " + std::string(integrity.text(0)) + ".");
  }
  auto references = copy.prepared("PRAGMA foreign_key_check").query();
  if (references.next()) {
    return Error(ErrorCode::stored_data_invalid, "The copy has rows that refer to nothing in " +
                                                     std::string(references.text(0)) + ".");
  }
  return {};
}

/// Gives the file its name unless that is taken.
Result<void> publish(const std::filesystem::path& file, const std::filesystem::path& target) {
  if (::link(file.c_str(), target.c_str()) == 0) {
    ::unlink(file.c_str());
    return {};
  }
  if (errno == EEXIST) {
    return Error(ErrorCode::validation_failed, target.string() + " exists already.");
  }
  // A file system without hard links; the name was free a moment ago.
  if (::rename(file.c_str(), target.c_str()) != 0) {
    return unavailable(target.string() +
                       " cannot be written: " + std::generic_category().message(errno) + ".");
  }
  return {};
}

Result<void> copy_checked(const std::filesystem::path& source, const std::filesystem::path& partial,
                          const std::filesystem::path& target) {
  {
    // VACUUM INTO reads one snapshot; writers go on beside it.
    Connection reader(source, Access::read_only);
    const std::string name = partial.string();
    // Or it may not write the copy either; the store itself is opened for reading only.
    reader.execute("PRAGMA query_only=OFF");
    reader.prepared("VACUUM INTO ?1").execute(std::string_view(name));
  }
  // VACUUM INTO leaves the copy in the system's cache only.
  if (auto synced = sync_to_disk(partial, O_RDWR); !synced) return synced;
  if (auto checked = check_copy(partial); !checked) return checked;
  if (auto published = publish(partial, target); !published) return published;
  return sync_to_disk(target.parent_path(), O_RDONLY | O_DIRECTORY);
}

}  // namespace

Result<void> write_backup(const std::filesystem::path& source,
                          const std::filesystem::path& target) {
  std::error_code error;
  const auto absolute = std::filesystem::absolute(target, error);
  if (error || !std::filesystem::is_directory(absolute.parent_path(), error)) {
    return Error(ErrorCode::validation_failed,
                 "There is no folder " + absolute.parent_path().string() + ".");
  }
  if (std::filesystem::exists(std::filesystem::symlink_status(absolute, error))) {
    return Error(ErrorCode::validation_failed, absolute.string() + " exists already.");
  }
  const std::filesystem::path partial = absolute.string() + ".partial";
  // Of a backup that was killed.
  std::filesystem::remove(partial, error);
  try {
    auto outcome = copy_checked(source, partial, absolute);
    std::filesystem::remove(partial, error);
    return outcome;
  } catch (const SqlError& failure) {
    std::filesystem::remove(partial, error);
    return Error(failure.to_error().code(),
                 "The store cannot be copied: " + std::string(failure.what()) + ".");
  }
}

}  // namespace invoicing::sqlite
