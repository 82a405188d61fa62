#pragma once
// SQLite with destructors: a connection and its prepared statements. Used by one thread at a time.
// Every call that fails throws SqlError.

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <variant>

#include "sqlite/sql_error.hpp"

struct sqlite3;
struct sqlite3_stmt;

namespace invoicing::sqlite {

/// Bytes to bind as a BLOB.
struct Blob {
  std::span<const std::uint8_t> bytes;
};

/// A value to bind. Texts and blobs are not copied: they must live until the rows are read.
using Value = std::variant<std::nullptr_t, std::int64_t, std::string_view, Blob>;

class Statement;

/// One execution of a statement: its rows, one at a time. The destructor resets the statement, so
/// that no read transaction stays open by an early return. Texts and blobs of a row live until the
/// next call of next().
class Rows {
 public:
  explicit Rows(Statement& statement) : statement_(&statement) {}
  ~Rows();
  Rows(const Rows&) = delete;
  Rows& operator=(const Rows&) = delete;

  /// Goes to the next row; false when there is none.
  bool next();

  bool is_null(int column) const;
  std::int64_t integer(int column) const;
  std::optional<std::int64_t> optional_integer(int column) const;
  std::string_view text(int column) const;
  std::span<const std::uint8_t> blob(int column) const;

 private:
  Statement* statement_;
};

class Statement {
 public:
  Statement(sqlite3* connection, std::string_view sql);
  ~Statement();
  Statement(Statement&& other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}
  Statement& operator=(Statement&&) = delete;
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;

  /// Binds the values to ?1, ?2, … and starts.
  template <typename... Values>
  Rows query(const Values&... values) {
    int index = 0;
    (bind(++index, values), ...);
    return Rows(*this);
  }
  Rows query_values(std::span<const Value> values);

  /// Runs to the end; rows are ignored.
  template <typename... Values>
  void execute(const Values&... values) {
    auto rows = query(values...);
    while (rows.next()) {
    }
  }

 private:
  friend class Rows;

  void bind(int index, std::nullptr_t);
  void bind(int index, std::int64_t value);
  void bind(int index, std::string_view value);
  void bind(int index, Blob value);
  void bind(int index, const std::optional<std::int64_t>& value);
  void bind_any(int index, const Value& value);
  void check(int result) const;

  sqlite3_stmt* handle_ = nullptr;
};

/// Who opens, which decides the settings.
enum class Access {
  creator,    ///< the writer, at the start: makes the file where there is none
  writer,     ///< the one connection that writes and checkpoints
  reader,     ///< reads beside the writer, in the same process
  read_only,  ///< reads a file that another process may be writing
  copy,       ///< writes a file that nobody else knows yet and that is worth nothing half-done
};

class Connection {
 public:
  Connection(const std::filesystem::path& file, Access access);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  /// The statement of this text, prepared once and kept. A text whose rows are still being read
  /// must not be asked for again, and no new text while the rows of a list are being read: the
  /// store of statements is bounded, and emptied when full.
  Statement& prepared(std::string_view sql);
  /// Any number of statements, without values; rows are ignored.
  void execute(const std::string& sql);
  /// The first column of the first row.
  std::int64_t read_integer(std::string_view sql);

  bool in_transaction() const;
  /// Rows changed by the last INSERT, UPDATE or DELETE.
  std::int64_t changes() const;
  std::int64_t last_insert_rowid() const;
  sqlite3* handle() const { return handle_; }

 private:
  struct TextHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const {
      return std::hash<std::string_view>{}(text);
    }
  };

  void configure(Access access);

  sqlite3* handle_ = nullptr;
  std::unordered_map<std::string, Statement, TextHash, std::equal_to<>> statements_;
};

/// A transaction that ends with the scope: rolled back unless commit() was called.
class Transaction {
 public:
  /// `begin`: "BEGIN" (a snapshot, taken at the first read) or "BEGIN IMMEDIATE" (to write).
  Transaction(Connection& connection, std::string_view begin);
  ~Transaction();
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;

  void commit();

 private:
  Connection& connection_;
};

/// Sets what must be set before SQLite starts: no memory statistics (they cost a lock per
/// allocation), connections without a lock of their own. Called by every Connection; once for the
/// process. Throws SqlError when somebody else in this process has started SQLite before.
void initialize_library();

}  // namespace invoicing::sqlite
