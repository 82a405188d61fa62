#pragma once
// What the adapters of this folder share: the writer, the reading threads and their connections.
// Not for other folders (it knows Connection).

#include <filesystem>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

#include "async/worker_pool.hpp"
#include "sqlite/database.hpp"
#include "sqlite/folder_lock.hpp"
#include "sqlite/point_readers.hpp"
#include "sqlite/position_cache.hpp"
#include "sqlite/readers.hpp"
#include "sqlite/writer.hpp"

namespace invoicing::sqlite {

/// Thread-safe.
class Engine {
 public:
  /// Throws SqlError; errors as Database::open has them.
  static Result<std::unique_ptr<Engine>> open(DatabaseOptions options);
  ~Engine();

  /// Database::close.
  void close();

  /// Writer::write; in read-only mode storage_unavailable.
  template <typename Work>
  Task<std::invoke_result_t<Work&, WriteSession&>> write(Work work, std::size_t rows = 1) {
    if (!writer_) {
      co_return Error(ErrorCode::storage_unavailable, "The store is open for reading only.");
    }
    auto outcome = co_await writer_->write(std::move(work), rows);
    co_return outcome;
  }

  /// Runs `read(Connection&)`, which returns a Result<T> and may throw SqlError, on a reading
  /// thread. Errors: as ConnectionPool::with and WorkerPool::run.
  template <typename Read>
  Task<std::invoke_result_t<Read&, Connection&>> read(Read read) {
    auto job = [this, &read] { return pool_.with(read); };
    auto outcome = co_await threads_.run(std::move(job));
    co_return outcome;
  }

  const std::filesystem::path& file() const { return file_; }
  const DatabaseOptions& options() const { return options_; }
  WorkerPool& threads() { return threads_; }
  ConnectionPool& snapshots() { return snapshots_; }
  PointReaders& point_readers() { return point_readers_; }
  PositionCache& positions() { return positions_; }
  /// Writer::commits. Nothing in read-only mode: another process writes.
  std::optional<std::uint64_t> commits() const {
    return writer_ ? std::optional(writer_->commits()) : std::nullopt;
  }
  DatabaseStats stats() const;

 private:
  Engine(DatabaseOptions options, FolderLock lock);

  const DatabaseOptions options_;
  const std::filesystem::path file_;
  FolderLock lock_;
  std::unique_ptr<Writer> writer_;
  // Destroyed before the writer, whose connection closes last and so leaves no log behind.
  ConnectionPool pool_;
  ConnectionPool snapshots_;
  PointReaders point_readers_;
  PositionCache positions_;
  WorkerPool threads_;
};

}  // namespace invoicing::sqlite
