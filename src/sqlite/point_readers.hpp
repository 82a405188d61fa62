#pragma once
// Point reads that are done where they are asked for, on the thread that serves.

#include <cstdint>
#include <filesystem>
#include <memory>
#include <mutex>
#include <vector>

#include "async/task.hpp"
#include "sqlite/connection.hpp"

namespace invoicing::sqlite {

/// One connection per calling thread. Thread-safe. Meant for the few threads that serve; others use
/// a ConnectionPool.
class PointReaders {
 public:
  PointReaders(std::filesystem::path file, Access access);
  ~PointReaders();

  /// The calling thread's connection, in a read transaction that shows every commit up to number
  /// `commits` (Writer::commits). `executor` is the caller's; its thread does in that transaction
  /// what else it has been asked for so far, and ends it before it looks for more: to begin and end
  /// one costs as much as a read. The connection is good until the caller suspends. Null when too
  /// many threads have one. Throws SqlError.
  Connection* mine(std::uint64_t commits, const Executor& executor);
  /// Closes the calling thread's connection, which failed; mine() opens a new one.
  void forget_mine();

 private:
  struct Reader;

  std::shared_ptr<Reader> reader_of_this_thread();

  const std::filesystem::path file_;
  const Access access_;
  const std::uint64_t serial_;  // never used again, so that a thread's note of it cannot mislead
  std::mutex mutex_;
  std::vector<std::shared_ptr<Reader>> readers_;
};

}  // namespace invoicing::sqlite
