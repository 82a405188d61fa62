#pragma once
// Connections for reading. Each is used by one thread at a time.

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "domain/result.hpp"
#include "sqlite/connection.hpp"

namespace invoicing::sqlite {

/// A bounded set of connections, opened when needed and kept. Thread-safe.
class ConnectionPool {
 public:
  /// At most `connections_max` are in use at a time; beyond it acquire() gives nothing.
  ConnectionPool(std::filesystem::path file, Access access, std::size_t connections_max)
      : file_(std::move(file)), access_(access), connections_max_(connections_max) {}

  /// A connection out of the pool, or null when all are in use. Throws SqlError when none can be
  /// opened. To be given back by release(), or by forget() when it failed.
  std::unique_ptr<Connection> acquire();
  void release(std::unique_ptr<Connection> connection);
  void forget(std::unique_ptr<Connection> connection);

  /// Runs `read(Connection&)`, which returns a Result<T>, with a connection of the pool. Errors
  /// besides those of `read`: storage_unavailable, stored_data_invalid, overloaded. What else it
  /// throws comes out here.
  template <typename Read>
  std::invoke_result_t<Read&, Connection&> with(Read read);

 private:
  const std::filesystem::path file_;
  const Access access_;
  const std::size_t connections_max_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<Connection>> idle_;
  std::size_t in_use_ = 0;
};

template <typename Read>
std::invoke_result_t<Read&, Connection&> ConnectionPool::with(Read read) {
  std::unique_ptr<Connection> connection;
  try {
    connection = acquire();
    if (!connection) {
      return Error(ErrorCode::overloaded, "Too many reads are under way; try again shortly.");
    }
    auto outcome = read(*connection);
    release(std::move(connection));
    return outcome;
  } catch (const SqlError& error) {
    if (connection) forget(std::move(connection));
    // A read has stored nothing, whatever failed.
    if (error.is_full()) {
      return Error(ErrorCode::storage_unavailable, "The store cannot be read at the moment.");
    }
    return error.to_error();
  } catch (...) {
    if (connection) forget(std::move(connection));
    throw;
  }
}

}  // namespace invoicing::sqlite
