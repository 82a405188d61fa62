#pragma once
// The store of one installation: the file invoices.db in a data folder, its one writer and its
// readers. The adapters of this folder (invoice_store.hpp, sales_ledger.hpp, report_store.hpp,
// report_queue.hpp, delivery_ledger.hpp) work on one Database together.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "domain/result.hpp"

namespace invoicing::sqlite {

struct DatabaseOptions {
  /// The data folder; made when it is not there (not in read-only mode).
  std::filesystem::path folder;
  /// Reads only, beside a process that may be writing. Every write is then storage_unavailable.
  bool read_only = false;
  /// Threads for lists, sums and reports. More help only where cores and disks are idle.
  std::size_t reader_threads = 2;
  /// Rows that may wait to be written; beyond it writes are answered with `overloaded`.
  std::size_t queue_rows_max = 8192;
  /// Rows that share a commit, at least 1. Fewer are slower; 1 is there to measure by how much.
  std::size_t commit_rows_max = 256;
  /// Largest size of the file in pages of 4 KiB, a quota; 0 for no limit. Reaching it is
  /// storage_full.
  std::int64_t pages_max = 0;
  /// One line for the log when writing begins to fail, and when it works again. May be called on
  /// any thread; may be empty.
  std::function<void(const std::string&)> log;
  /// Told how long each commit that changed something took, from its first statement to the disk.
  /// Called on the writer's thread, which waits; may be empty.
  std::function<void(std::chrono::nanoseconds)> on_commit;
};

struct DatabaseStats {
  std::size_t writes_queued = 0;
  std::size_t reads_queued = 0;
  std::uint64_t commits = 0;
  std::uint64_t writes = 0;  ///< writes committed; writes / commits is the size of a group
  std::uint64_t failed_commits = 0;
  std::uint64_t checkpoints = 0;
  std::uint64_t failed_checkpoints = 0;  ///< the log grows; nothing is lost
  bool write_failing = false;            ///< the last write failed: disk full, I/O error, read-only
  std::uint64_t database_bytes = 0;
  std::uint64_t wal_bytes = 0;
};

class Engine;  // engine.hpp: what the adapters use

/// Thread-safe. Outlives the adapters that were made with it; contexts outlive it.
class Database {
 public:
  /// Opens, makes or migrates the file and locks the folder. Error storage_unavailable with a
  /// sentence for the operator: another process serves this folder, the folder cannot be written,
  /// the file is not ours or was written by a newer version; in read-only mode also: no file.
  static Result<std::unique_ptr<Database>> open(DatabaseOptions options);
  /// close(), then the files are closed; no log is left unless another process has them open.
  ~Database();

  /// Ends: what waits is still written, then the log is folded into the file. Blocks. Adapters
  /// answer shutting_down from here on. Any number of times.
  void close();

  /// Writes a consistent copy of the store to `file` while serving: as of now, everything
  /// acknowledged before is in it. The copy is checked (integrity and references), fsynced and then
  /// appears under its name, or not at all. Blocks for as long as reading and writing everything
  /// once takes, so not on an I/O thread; blocks no writer. One at a time per target. The way back:
  /// stop the service, put the copy in place of invoices.db, remove invoices.db-wal and
  /// invoices.db-shm. Errors, with a sentence for the operator: validation_failed (`file` exists or
  /// its folder does not), storage_full, storage_unavailable, stored_data_invalid (the copy is
  /// damaged, hence so is the store; nothing is left behind).
  Result<void> backup(const std::filesystem::path& file);

  DatabaseStats stats() const;

  /// For the adapters of this folder.
  Engine& engine() { return *engine_; }

 private:
  explicit Database(std::unique_ptr<Engine> engine);
  std::unique_ptr<Engine> engine_;
};

}  // namespace invoicing::sqlite
