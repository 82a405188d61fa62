#include "sqlite/log_buffer.hpp"

#include <cstddef>
#include <cstring>
#include <new>

#include <sqlite3.h>

#include "sqlite/sql_error.hpp"

namespace invoicing::sqlite {
namespace {

constexpr const char* kName = "invoicing-log-buffer";
// The most that SQLite's own access to files writes at once (os_unix.c, seekAndWriteFd).
constexpr sqlite3_int64 kBufferBytes = 0x1ffff;

sqlite3_vfs* base_vfs = nullptr;

/// What SQLite holds for an open log: this, and right behind it the base's own file.
struct LogFile {
  sqlite3_file base;  // first, as SQLite's interface demands
  char* buffer;       // made at the first write: readers never need one
  sqlite3_int64 start;
  sqlite3_int64 used;

  sqlite3_file* under() { return reinterpret_cast<sqlite3_file*>(this + 1); }

  /// After a failure the buffer is empty: SQLite rolls back and writes these places anew.
  int flush() {
    if (used == 0) return SQLITE_OK;
    const auto bytes = static_cast<int>(used);
    used = 0;
    return under()->pMethods->xWrite(under(), buffer, bytes, start);
  }

  bool takes(int bytes, sqlite3_int64 offset) const {
    return used > 0 && offset == start + used && used + bytes <= kBufferBytes;
  }
};

LogFile& log_of(sqlite3_file* file) {
  return *reinterpret_cast<LogFile*>(file);
}

int close_log(sqlite3_file* file) {
  LogFile& log = log_of(file);
  const int flushed = log.flush();
  delete[] log.buffer;
  const int closed = log.under()->pMethods->xClose(log.under());
  return flushed == SQLITE_OK ? closed : flushed;
}

int read_log(sqlite3_file* file, void* to, int bytes, sqlite3_int64 offset) {
  LogFile& log = log_of(file);
  if (const int flushed = log.flush(); flushed != SQLITE_OK) return flushed;
  return log.under()->pMethods->xRead(log.under(), to, bytes, offset);
}

int write_log(sqlite3_file* file, const void* from, int bytes, sqlite3_int64 offset) {
  LogFile& log = log_of(file);
  if (!log.takes(bytes, offset)) {
    if (const int flushed = log.flush(); flushed != SQLITE_OK) return flushed;
    if (log.buffer == nullptr) log.buffer = new (std::nothrow) char[kBufferBytes];
    if (log.buffer == nullptr || bytes > kBufferBytes) {
      return log.under()->pMethods->xWrite(log.under(), from, bytes, offset);
    }
    log.start = offset;
  }
  std::memcpy(log.buffer + log.used, from, static_cast<std::size_t>(bytes));
  log.used += bytes;
  return SQLITE_OK;
}

int truncate_log(sqlite3_file* file, sqlite3_int64 size) {
  LogFile& log = log_of(file);
  if (const int flushed = log.flush(); flushed != SQLITE_OK) return flushed;
  return log.under()->pMethods->xTruncate(log.under(), size);
}

int sync_log(sqlite3_file* file, int flags) {
  LogFile& log = log_of(file);
  if (const int flushed = log.flush(); flushed != SQLITE_OK) return flushed;
  return log.under()->pMethods->xSync(log.under(), flags);
}

int size_of_log(sqlite3_file* file, sqlite3_int64* size) {
  LogFile& log = log_of(file);
  if (const int flushed = log.flush(); flushed != SQLITE_OK) return flushed;
  return log.under()->pMethods->xFileSize(log.under(), size);
}

int lock_log(sqlite3_file* file, int level) {
  return log_of(file).under()->pMethods->xLock(log_of(file).under(), level);
}

int unlock_log(sqlite3_file* file, int level) {
  return log_of(file).under()->pMethods->xUnlock(log_of(file).under(), level);
}

int check_lock_of_log(sqlite3_file* file, int* is_reserved) {
  return log_of(file).under()->pMethods->xCheckReservedLock(log_of(file).under(), is_reserved);
}

int control_log(sqlite3_file* file, int operation, void* argument) {
  return log_of(file).under()->pMethods->xFileControl(log_of(file).under(), operation, argument);
}

int sector_size_of_log(sqlite3_file* file) {
  return log_of(file).under()->pMethods->xSectorSize(log_of(file).under());
}

int characteristics_of_log(sqlite3_file* file) {
  return log_of(file).under()->pMethods->xDeviceCharacteristics(log_of(file).under());
}

// Version 1: shared memory and mapped pages belong to the database file, not to its log.
constexpr sqlite3_io_methods kMethods = {
    .iVersion = 1,
    .xClose = close_log,
    .xRead = read_log,
    .xWrite = write_log,
    .xTruncate = truncate_log,
    .xSync = sync_log,
    .xFileSize = size_of_log,
    .xLock = lock_log,
    .xUnlock = unlock_log,
    .xCheckReservedLock = check_lock_of_log,
    .xFileControl = control_log,
    .xSectorSize = sector_size_of_log,
    .xDeviceCharacteristics = characteristics_of_log,
    .xShmMap = nullptr,
    .xShmLock = nullptr,
    .xShmBarrier = nullptr,
    .xShmUnmap = nullptr,
    .xFetch = nullptr,
    .xUnfetch = nullptr,
};

int open_file(sqlite3_vfs*, const char* name, sqlite3_file* file, int flags, int* flags_out) {
  if ((flags & SQLITE_OPEN_WAL) == 0) {
    return base_vfs->xOpen(base_vfs, name, file, flags, flags_out);
  }
  LogFile& log = *new (file) LogFile{};
  const int opened = base_vfs->xOpen(base_vfs, name, log.under(), flags, flags_out);
  // SQLite closes what has methods, also after a failure to open it.
  if (log.under()->pMethods != nullptr) log.base.pMethods = &kMethods;
  return opened;
}

sqlite3_vfs make_vfs() {
  base_vfs = sqlite3_vfs_find(nullptr);
  if (base_vfs == nullptr) throw SqlError(SQLITE_ERROR, "SQLite has no access to files");
  sqlite3_vfs vfs = *base_vfs;  // all but opening is the base's own
  vfs.zName = kName;
  vfs.pNext = nullptr;
  vfs.szOsFile = base_vfs->szOsFile + static_cast<int>(sizeof(LogFile));
  vfs.xOpen = open_file;
  return vfs;
}

}  // namespace

const char* log_buffer_vfs() {
  static sqlite3_vfs vfs = make_vfs();
  static const int registered = sqlite3_vfs_register(&vfs, 0);
  if (registered != SQLITE_OK) throw SqlError(registered, "the layer over files is refused");
  return kName;
}

}  // namespace invoicing::sqlite
