#include "sqlite/connection.hpp"

#include <mutex>

#include <fcntl.h>
#include <sqlite3.h>
#include <unistd.h>

#include "sqlite/log_buffer.hpp"

namespace invoicing::sqlite {
namespace {

// Statements of lists differ by their filters; far more than any client mixes.
constexpr std::size_t kStatementsKeptMax = 200;
constexpr int kBusyTimeoutMs = 5000;
// Invoices are nobody else's business on this machine.
constexpr mode_t kFileMode = 0640;

void check_start(int result, const char* what) {
  if (result != SQLITE_OK) throw SqlError(result, std::string("SQLite refuses ") + what);
}

// SQLite would make the file readable for all; log and index take over its mode. Only a file that
// is not there yet is opened: to close a descriptor of one in use drops the locks that SQLite
// holds.
void make_private(const std::filesystem::path& file) {
  const int descriptor = ::open(file.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, kFileMode);
  if (descriptor >= 0) ::close(descriptor);
}

}  // namespace

void initialize_library() {
  static std::once_flag once;
  std::call_once(once, [] {
    check_start(sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0), "MEMSTATUS: it was started before");
    check_start(sqlite3_config(SQLITE_CONFIG_MULTITHREAD), "MULTITHREAD");
    check_start(sqlite3_initialize(), "to start");
  });
}

Rows::~Rows() {
  sqlite3_reset(statement_->handle_);
  sqlite3_clear_bindings(statement_->handle_);
}

bool Rows::next() {
  const int result = sqlite3_step(statement_->handle_);
  if (result == SQLITE_ROW) return true;
  if (result == SQLITE_DONE) return false;
  throw SqlError::of(sqlite3_db_handle(statement_->handle_), sqlite3_sql(statement_->handle_));
}

bool Rows::is_null(int column) const {
  return sqlite3_column_type(statement_->handle_, column) == SQLITE_NULL;
}

std::int64_t Rows::integer(int column) const {
  return sqlite3_column_int64(statement_->handle_, column);
}

std::optional<std::int64_t> Rows::optional_integer(int column) const {
  if (is_null(column)) return std::nullopt;
  return integer(column);
}

std::string_view Rows::text(int column) const {
  const auto* bytes = sqlite3_column_text(statement_->handle_, column);
  const int size = sqlite3_column_bytes(statement_->handle_, column);
  if (bytes == nullptr) return {};
  return {reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size)};
}

std::span<const std::uint8_t> Rows::blob(int column) const {
  const void* bytes = sqlite3_column_blob(statement_->handle_, column);
  const int size = sqlite3_column_bytes(statement_->handle_, column);
  if (bytes == nullptr) return {};
  return {static_cast<const std::uint8_t*>(bytes), static_cast<std::size_t>(size)};
}

Statement::Statement(sqlite3* connection, std::string_view sql) {
  const int result = sqlite3_prepare_v3(connection, sql.data(), static_cast<int>(sql.size()),
                                        SQLITE_PREPARE_PERSISTENT, &handle_, nullptr);
  if (result != SQLITE_OK) throw SqlError::of(connection, std::string(sql));
}

Statement::~Statement() {
  sqlite3_finalize(handle_);
}

Rows Statement::query_values(std::span<const Value> values) {
  int index = 0;
  for (const auto& value : values) bind_any(++index, value);
  return Rows(*this);
}

void Statement::bind(int index, std::nullptr_t) {
  check(sqlite3_bind_null(handle_, index));
}

void Statement::bind(int index, std::int64_t value) {
  check(sqlite3_bind_int64(handle_, index, value));
}

void Statement::bind(int index, std::string_view value) {
  // A null pointer would bind NULL; an empty view may have one.
  const char* bytes = value.data() == nullptr ? "" : value.data();
  check(sqlite3_bind_text(handle_, index, bytes, static_cast<int>(value.size()), SQLITE_STATIC));
}

void Statement::bind(int index, Blob value) {
  check(sqlite3_bind_blob(handle_, index, value.bytes.data(), static_cast<int>(value.bytes.size()),
                          SQLITE_STATIC));
}

void Statement::bind(int index, const std::optional<std::int64_t>& value) {
  if (value) return bind(index, *value);
  bind(index, nullptr);
}

void Statement::bind_any(int index, const Value& value) {
  std::visit([this, index](const auto& held) { bind(index, held); }, value);
}

void Statement::check(int result) const {
  if (result != SQLITE_OK) throw SqlError::of(sqlite3_db_handle(handle_), sqlite3_sql(handle_));
}

Connection::Connection(const std::filesystem::path& file, Access access) {
  initialize_library();
  int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  if (access == Access::creator || access == Access::copy) {
    flags |= SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
    make_private(file);
  }
  if (access == Access::writer) flags |= SQLITE_OPEN_READWRITE;
  // Readers of the serving process open for writing, because the WAL's index is shared memory that
  // has to be created by whoever comes first; query_only keeps them from the data.
  if (access == Access::reader) flags |= SQLITE_OPEN_READWRITE;
  if (access == Access::read_only) flags |= SQLITE_OPEN_READONLY;
  // Only the writer's log is written.
  const char* const vfs = access == Access::writer ? log_buffer_vfs() : nullptr;
  const int result = sqlite3_open_v2(file.c_str(), &handle_, flags, vfs);
  if (result != SQLITE_OK) {
    const auto failure = SqlError::of(handle_, "open " + file.string());
    sqlite3_close_v2(handle_);
    throw SqlError(failure);
  }
  try {
    configure(access);
  } catch (...) {
    sqlite3_close_v2(handle_);
    throw;
  }
}

void Connection::configure(Access access) {
  sqlite3_busy_timeout(handle_, kBusyTimeoutMs);
  execute("PRAGMA trusted_schema=OFF");
  execute("PRAGMA foreign_keys=ON");
  // Debian builds SQLite to overwrite what it deletes; deleted marks and messages are no secrets.
  execute("PRAGMA secure_delete=OFF");
  execute("PRAGMA temp_store=MEMORY");
  execute("PRAGMA mmap_size=2147418112");
  // The WAL-reset bug of SQLite up to 3.51.2: a checkpoint beside another connection's commit can
  // damage the file. So nobody checkpoints by itself; the writer does it between its commits.
  execute("PRAGMA wal_autocheckpoint=0");
  if (access == Access::copy) {
    execute("PRAGMA journal_mode=OFF");
    execute("PRAGMA synchronous=OFF");
    return;
  }
  if (access == Access::writer || access == Access::creator) {
    Statement to_wal(handle_, "PRAGMA journal_mode=WAL");
    auto mode = to_wal.query();
    if (!mode.next() || mode.text(0) != "wal") {
      throw SqlError(SQLITE_CANTOPEN, "this file system cannot hold a write-ahead log");
    }
    execute("PRAGMA synchronous=FULL");
    execute("PRAGMA journal_size_limit=268435456");
    // Clean pages are read from the mapping; what a commit changes fits several times.
    execute("PRAGMA cache_size=-12288");
  } else {
    execute("PRAGMA query_only=ON");
    execute("PRAGMA cache_size=-4096");
    sqlite3_db_config(handle_, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
  }
}

Connection::~Connection() {
  statements_.clear();
  sqlite3_close_v2(handle_);
}

Statement& Connection::prepared(std::string_view sql) {
  if (const auto found = statements_.find(sql); found != statements_.end()) return found->second;
  if (statements_.size() >= kStatementsKeptMax) statements_.clear();
  return statements_.emplace(std::string(sql), Statement(handle_, sql)).first->second;
}

void Connection::execute(const std::string& sql) {
  if (sqlite3_exec(handle_, sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) {
    throw SqlError::of(handle_, sql);
  }
}

std::int64_t Connection::read_integer(std::string_view sql) {
  Statement statement(handle_, sql);
  auto rows = statement.query();
  return rows.next() ? rows.integer(0) : 0;
}

bool Connection::in_transaction() const {
  return sqlite3_get_autocommit(handle_) == 0;
}

std::int64_t Connection::changes() const {
  return sqlite3_changes64(handle_);
}

std::int64_t Connection::last_insert_rowid() const {
  return sqlite3_last_insert_rowid(handle_);
}

Transaction::Transaction(Connection& connection, std::string_view begin) : connection_(connection) {
  connection.prepared(begin).execute();
}

Transaction::~Transaction() {
  // Some errors end the transaction by themselves. Whatever goes wrong here, the next user finds
  // out: a connection that cannot roll back cannot begin either, and is then opened anew.
  if (connection_.in_transaction()) {
    sqlite3_exec(connection_.handle(), "ROLLBACK", nullptr, nullptr, nullptr);
  }
}

void Transaction::commit() {
  connection_.prepared("COMMIT").execute();
}

}  // namespace invoicing::sqlite
