#include "sqlite/sql_error.hpp"

#include <sqlite3.h>

namespace invoicing::sqlite {

SqlError SqlError::of(sqlite3* connection, const std::string& doing) {
  if (connection == nullptr) return {SQLITE_NOMEM, doing + ": out of memory"};
  const int code = sqlite3_extended_errcode(connection);
  return {code, doing + ": " + sqlite3_errmsg(connection) + " (" + std::to_string(code) + ")"};
}

bool SqlError::is_full() const {
  return (code_ & 0xff) == SQLITE_FULL;
}

bool SqlError::is_environment() const {
  switch (code_ & 0xff) {
    case SQLITE_FULL:
    case SQLITE_IOERR:
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN:
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_PROTOCOL:
    case SQLITE_NOMEM:
    case SQLITE_PERM:
    case SQLITE_AUTH:
    case SQLITE_INTERRUPT:
      return true;
    default:
      return false;
  }
}

bool SqlError::needs_reopening() const {
  const int primary = code_ & 0xff;
  return primary != SQLITE_FULL && primary != SQLITE_CONSTRAINT && primary != SQLITE_BUSY &&
         primary != SQLITE_INTERRUPT;
}

Error SqlError::to_error() const {
  if (is_full()) {
    return Error(ErrorCode::storage_full, "The disk of the store is full; nothing was stored.");
  }
  if (is_environment()) {
    return Error(ErrorCode::storage_unavailable,
                 "The store cannot be read or written at the moment; try again shortly.");
  }
  const int primary = code_ & 0xff;
  if (primary == SQLITE_CORRUPT || primary == SQLITE_NOTADB) {
    return Error(ErrorCode::stored_data_invalid, "The store's file is damaged.");
  }
  return Error(ErrorCode::internal_error, "The store has refused a statement.");
}

}  // namespace invoicing::sqlite
