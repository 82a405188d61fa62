#include "sqlite/backup.hpp"

#include <cerrno>
#include <memory>
#include <string>
#include <system_error>

#include <fcntl.h>
#include <sqlite3.h>
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

/// A little at a time: a flood at the end would keep the log of the store waiting behind it.
void sync_so_far(Connection& copy) {
  sqlite3_db_cacheflush(copy.handle());
  sqlite3_file* file = nullptr;
  sqlite3_file_control(copy.handle(), "main", SQLITE_FCNTL_FILE_POINTER, static_cast<void*>(&file));
  const int result = file->pMethods->xSync(file, SQLITE_SYNC_NORMAL | SQLITE_SYNC_DATAONLY);
  if (result != SQLITE_OK) throw SqlError(result, "sync the copy");
}

/// Page by page from one snapshot; writers go on beside it. VACUUM INTO would make a tidier file,
/// and hold the snapshot, hence the checkpoints, for several times as long.
void copy_pages(const std::filesystem::path& source, const std::filesystem::path& target) {
  constexpr int kPagesAtATime = 512;
  Connection from(source, Access::read_only);
  const Transaction snapshot(from, "BEGIN");
  from.read_integer("SELECT count(*) FROM state");  // without it the first step decides
  Connection to(target, Access::copy);
  using Backup = std::unique_ptr<sqlite3_backup, decltype(&sqlite3_backup_finish)>;
  Backup copy(sqlite3_backup_init(to.handle(), "main", from.handle(), "main"),
              sqlite3_backup_finish);
  if (!copy) throw SqlError::of(to.handle(), "copy " + target.string());
  while (sqlite3_backup_step(copy.get(), kPagesAtATime) == SQLITE_OK) sync_so_far(to);
  if (sqlite3_backup_finish(copy.release()) != SQLITE_OK) {
    throw SqlError::of(to.handle(), "copy " + target.string());
  }
  // The copy says of itself that it has a log, as the original has.
  to.execute("PRAGMA journal_mode=DELETE");
}

Result<void> copy_checked(const std::filesystem::path& source, const std::filesystem::path& partial,
                          const std::filesystem::path& target) {
  copy_pages(source, partial);
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
  // Of a backup that was killed; an old log would be taken for one of the new copy.
  for (const char* suffix : {"", "-wal", "-shm", "-journal"}) {
    std::filesystem::remove(partial.string() + suffix, error);
  }
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
