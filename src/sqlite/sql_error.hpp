#pragma once
// A failed call of SQLite. Thrown inside this folder only: every public call turns it into an Error
// at its door.

#include <stdexcept>
#include <string>

#include "domain/error.hpp"

struct sqlite3;

namespace invoicing::sqlite {

class SqlError : public std::runtime_error {
 public:
  /// `code`: an extended result code of SQLite. `words`: for the log, may hold SQL.
  SqlError(int code, const std::string& words) : std::runtime_error(words), code_(code) {}

  /// The last failure of `connection`.
  static SqlError of(sqlite3* connection, const std::string& doing);

  int code() const { return code_; }
  /// The disk or the quota is full: the transaction has not happened.
  bool is_full() const;
  /// The surroundings failed (I/O, permissions, locks, memory, space), not the statement.
  bool is_environment() const;
  /// After this the connection is not to be trusted any more.
  bool needs_reopening() const;

  /// What a caller of a port sees: storage_full, storage_unavailable, stored_data_invalid (the file
  /// is damaged) or internal_error (a constraint or a statement: a bug).
  Error to_error() const;

 private:
  int code_;
};

}  // namespace invoicing::sqlite
