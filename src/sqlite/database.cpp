#include "sqlite/database.hpp"

#include <system_error>

#include <fcntl.h>

#include "sqlite/backup.hpp"
#include "sqlite/engine.hpp"
#include "sqlite/file_sync.hpp"
#include "sqlite/schema.hpp"

namespace invoicing::sqlite {
namespace {

constexpr const char* kFileName = "invoices.db";
constexpr std::size_t kReadsQueuedMax = 4096;
// Each may hold a checkpoint up, and costs a connection.
constexpr std::size_t kSnapshotsMax = 16;

Access reading(const DatabaseOptions& options) {
  return options.read_only ? Access::read_only : Access::reader;
}

std::uint64_t size_of(const std::filesystem::path& file) {
  std::error_code error;
  const auto size = std::filesystem::file_size(file, error);
  return error ? 0 : size;
}

Error unavailable(const std::string& words) {
  return Error(ErrorCode::storage_unavailable, words);
}

/// Makes `folder`, and has its name survive a power cut.
Result<void> make_folder(const std::filesystem::path& folder) {
  std::error_code error;
  if (std::filesystem::is_directory(folder, error)) return {};
  const std::filesystem::path parent = folder.parent_path();
  if (auto made = make_folder(parent); !made) return made;
  std::filesystem::create_directory(folder, error);
  if (error) {
    return unavailable("The data folder " + folder.string() +
                       " cannot be made: " + error.message() + ".");
  }
  return sync_to_disk(parent, O_RDONLY | O_DIRECTORY);
}

Result<FolderLock> prepare_folder(const DatabaseOptions& options) {
  std::error_code error;
  if (options.read_only) {
    if (!std::filesystem::exists(options.folder / kFileName, error)) {
      return unavailable("There is no invoices.db in " + options.folder.string() + ".");
    }
    return FolderLock();
  }
  const auto folder = std::filesystem::absolute(options.folder, error).lexically_normal();
  if (auto made = make_folder(folder.has_filename() ? folder : folder.parent_path()); !made) {
    return made.error();
  }
  return FolderLock::acquire(options.folder);
}

}  // namespace

Engine::Engine(DatabaseOptions options, FolderLock lock)
    : options_(std::move(options)),
      file_(options_.folder / kFileName),
      lock_(std::move(lock)),
      pool_(file_, reading(options_), options_.reader_threads),
      snapshots_(file_, reading(options_), kSnapshotsMax),
      point_readers_(file_, reading(options_)),
      threads_(options_.reader_threads, kReadsQueuedMax) {}

Engine::~Engine() {
  close();
}

Result<std::unique_ptr<Engine>> Engine::open(DatabaseOptions options) {
  auto lock = prepare_folder(options);
  if (!lock) return lock.error();
  std::unique_ptr<Engine> engine(new Engine(std::move(options), *std::move(lock)));
  if (engine->options_.read_only) {
    Connection connection(engine->file_, Access::read_only);
    if (auto refusal = check_version(connection)) return *std::move(refusal);
    return engine;
  }
  auto writer = Writer::open({.file = engine->file_,
                              .queue_rows_max = engine->options_.queue_rows_max,
                              .commit_rows_max = engine->options_.commit_rows_max,
                              .pages_max = engine->options_.pages_max,
                              .log = engine->options_.log,
                              .on_commit = engine->options_.on_commit});
  if (!writer) return writer.error();
  engine->writer_ = *std::move(writer);
  // One reader stays open from the start: it keeps the log's index in being when a failed writer
  // closes, so that reading goes on where nothing can be written any more.
  auto look = [](Connection& connection) -> Result<std::int64_t> {
    return connection.read_integer("SELECT sequence FROM state");
  };
  const auto looked = engine->pool_.with(look);
  if (!looked) return looked.error();
  return engine;
}

void Engine::close() {
  threads_.stop();
  if (writer_) writer_->stop();
}

DatabaseStats Engine::stats() const {
  DatabaseStats stats;
  if (writer_) {
    const auto written = writer_->stats();
    stats.writes_queued = written.queued;
    stats.commits = written.commits;
    stats.writes = written.writes;
    stats.failed_commits = written.failed_commits;
    stats.checkpoints = written.checkpoints;
    stats.failed_checkpoints = written.failed_checkpoints;
    stats.write_failing = written.failing;
  }
  stats.reads_queued = threads_.queued();
  stats.database_bytes = size_of(file_);
  stats.wal_bytes = size_of(file_.string() + "-wal");
  return stats;
}

Database::Database(std::unique_ptr<Engine> engine) : engine_(std::move(engine)) {}

Database::~Database() = default;

Result<std::unique_ptr<Database>> Database::open(DatabaseOptions options) {
  const std::string folder = options.folder.string();
  try {
    auto engine = Engine::open(std::move(options));
    if (!engine) return engine.error();
    return std::unique_ptr<Database>(new Database(*std::move(engine)));
  } catch (const SqlError& error) {
    return unavailable("The store in " + folder + " cannot be opened: " + error.what() + ".");
  }
}

void Database::close() {
  engine_->close();
}

Result<void> Database::backup(const std::filesystem::path& file) {
  return write_backup(engine_->file(), file);
}

DatabaseStats Database::stats() const {
  return engine_->stats();
}

}  // namespace invoicing::sqlite
