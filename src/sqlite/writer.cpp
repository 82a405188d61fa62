#include "sqlite/writer.hpp"

#include <fcntl.h>
#include <sqlite3.h>

#include "sqlite/file_sync.hpp"
#include "sqlite/schema.hpp"
#include "sqlite/time_columns.hpp"

namespace invoicing::sqlite {
namespace {

// 80 MB: a checkpoint writes each changed page once, so a longer log saves writes to the file.
constexpr int kCheckpointPages = 20'000;
// A checkpoint keeps those waiting who come meanwhile, 6 ms for so many pages. With few jobs in a
// commit the writer has time to spare, so that many short waits are better than a long one.
constexpr int kCheckpointPagesInCalm = 1'000;
constexpr double kCalmJobs = 8;
constexpr double kRecentCommits = 16;
// A reader's snapshot can hold a checkpoint up; trying again at every commit would cost an fsync.
constexpr int kCheckpointRetryPages = 2'000;
// How soon after the end of a fault the store is healthy again without a write from outside.
constexpr std::chrono::milliseconds kProbeInterval{1000};

StoreState read_state(Connection& connection) {
  auto rows = connection.prepared("SELECT sequence, sealed_to, late_kept_after FROM state").query();
  if (!rows.next()) throw SqlError(SQLITE_CORRUPT, "table state is empty");
  return {rows.integer(0), rows.optional_integer(1), rows.integer(2)};
}

int note_wal_pages(void* pages, sqlite3*, const char*, int count) {
  *static_cast<int*>(pages) = count;
  return SQLITE_OK;
}

/// What a killed process had written to the log and not synced is found by the recovery, and then
/// answered as stored (the repetition of a request, say) without another write: so it is brought to
/// the disk first.
Result<void> sync_log(const std::filesystem::path& file) {
  const std::filesystem::path log = file.string() + "-wal";
  std::error_code error;
  if (!std::filesystem::exists(log, error)) return {};
  if (auto synced = sync_to_disk(log, O_RDWR); !synced) return synced;
  return sync_to_disk(file.parent_path(), O_RDONLY | O_DIRECTORY);
}

const Error kUnavailable(ErrorCode::storage_unavailable,
                         "The store cannot be opened at the moment; try again shortly.");
const Error kOutcomeUnknown(ErrorCode::outcome_unknown,
                            "The store failed while it was writing: this may or may not have been "
                            "stored. Ask again with the same Idempotency-Key to find out.");

}  // namespace

void WriteSession::count_change(Instant date) {
  const std::int64_t date_ms = to_ms(date);
  ++state.sequence;
  if (state.sealed_to && date_ms < *state.sealed_to) {
    connection.prepared("INSERT INTO late_changes VALUES (?1, ?2)")
        .execute(state.sequence, date_ms);
  }
}

Result<std::unique_ptr<Writer>> Writer::open(WriterOptions options) {
  std::unique_ptr<Writer> writer(new Writer(std::move(options)));
  Connection first(writer->options_.file, Access::creator);
  if (auto refusal = migrate(first)) return *std::move(refusal);
  writer->reopen();
  writer->thread_ = std::thread([w = writer.get()] { w->serve(); });
  return writer;
}

Writer::~Writer() {
  stop();
  connection_.reset();
}

void Writer::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  work_waits_.notify_all();
  if (!thread_.joinable()) return;
  thread_.join();
  if (!connection_) return;
  // So that the next start has nothing to recover. Not worth waiting for a reader in its way: then
  // the next start recovers.
  sqlite3_busy_timeout(connection_->handle(), 0);
  sqlite3_wal_checkpoint_v2(connection_->handle(), nullptr, SQLITE_CHECKPOINT_TRUNCATE, nullptr,
                            nullptr);
}

WriterStats Writer::stats() const {
  const std::lock_guard lock(mutex_);
  WriterStats stats = stats_;
  stats.queued = queue_.size();
  stats.failing = failing_;
  return stats;
}

std::optional<Error> Writer::submit(Job& job, Resumption& resumption) {
  {
    const std::lock_guard lock(mutex_);
    if (stopping_) return Error(ErrorCode::shutting_down, "The service is shutting down.");
    if (!queue_.empty() && queued_rows_ + job.rows > options_.queue_rows_max) {
      return Error(ErrorCode::overloaded, "Too many writes are waiting; try again shortly.");
    }
    job.resumption = std::move(resumption);
    queue_.push_back(&job);
    queued_rows_ += job.rows;
  }
  work_waits_.notify_one();
  return std::nullopt;
}

std::vector<Writer::Job*> Writer::next_batch() {
  std::unique_lock lock(mutex_);
  const auto woken = [this] { return stopping_ || !queue_.empty(); };
  if (failing_) {
    work_waits_.wait_for(lock, kProbeInterval, woken);
  } else {
    work_waits_.wait(lock, woken);
  }
  std::vector<Job*> batch;
  std::size_t rows = 0;
  while (!queue_.empty()) {
    Job* job = queue_.front();
    if (!batch.empty() && rows + job->rows > options_.commit_rows_max) break;
    queue_.pop_front();
    queued_rows_ -= job->rows;
    rows += job->rows;
    batch.push_back(job);
  }
  return batch;
}

void Writer::serve() {
  for (;;) {
    const auto batch = next_batch();
    if (batch.empty() && is_stopping()) return;
    if (!batch.empty() && !commit(batch)) {
      // One of them is at fault (a bug); the others must not suffer for it.
      for (Job* const job : batch) commit({&job, 1});
    }
    // Moved out first: resuming may destroy the jobs on another thread while others still wait.
    std::vector<Resumption> resumptions;
    resumptions.reserve(batch.size());
    for (Job* job : batch) resumptions.push_back(std::move(job->resumption));
    Resumption::resume_all(std::move(resumptions));
    probe_if_failing();
    recent_jobs_ += (static_cast<double>(batch.size()) - recent_jobs_) / kRecentCommits;
    checkpoint_if_due();
  }
}

void Writer::reopen() {
  connection_.reset();
  // After a failed fsync, too, what the recovery finds must be on the disk before it is answered.
  if (const auto synced = sync_log(options_.file); !synced) {
    throw SqlError(SQLITE_IOERR_FSYNC, synced.error().detail());
  }
  auto fresh = std::make_unique<Connection>(options_.file, Access::writer);
  if (options_.pages_max > 0) {
    fresh->execute("PRAGMA max_page_count=" + std::to_string(options_.pages_max));
  }
  sqlite3_wal_hook(fresh->handle(), note_wal_pages, &wal_pages_);
  state_ = read_state(*fresh);
  commits_.fetch_add(1, std::memory_order_release);  // the recovery may have found one
  pages_checkpointed_ = 0;
  checkpoint_held_up_ = false;
  connection_ = std::move(fresh);
}

bool Writer::ensure_open(std::span<Job* const> jobs) {
  if (connection_) return true;
  try {
    reopen();
    return true;
  } catch (const SqlError& error) {
    fail(jobs, kUnavailable, error.what(), true);
    return false;
  }
}

bool Writer::commit(std::span<Job* const> jobs) {
  if (!ensure_open(jobs)) return true;
  bool committing = false;
  bool changed = false;
  const auto begin = std::chrono::steady_clock::now();
  try {
    const auto changes_before = sqlite3_total_changes(connection_->handle());
    WriteSession session{*connection_, state_, {}, {}};
    Transaction transaction(*connection_, "BEGIN IMMEDIATE");
    for (Job* job : jobs) job->apply(session);
    session.items.flush(*connection_);
    session.roll_ups.flush(*connection_);
    if (session.state != state_) {
      connection_->prepared("UPDATE state SET sequence = ?1, sealed_to = ?2, late_kept_after = ?3")
          .execute(session.state.sequence, session.state.sealed_to, session.state.late_kept_after);
    }
    changed = sqlite3_total_changes(connection_->handle()) != changes_before;
    committing = changed;
    transaction.commit();
    commits_.fetch_add(1, std::memory_order_release);
    state_ = session.state;
  } catch (const SqlError& error) {
    if (error.needs_reopening()) connection_.reset();
    const bool is_fault_of_one = !error.is_environment() && !committing;
    if (is_fault_of_one && jobs.size() > 1) return false;
    // A full disk fails before the commit record stands in the log. After any other failure it may
    // stand there, and be found by the next recovery.
    const bool unknown = committing && !error.is_full();
    fail(jobs, unknown ? kOutcomeUnknown : error.to_error(), error.what(), !is_fault_of_one);
    return true;
  } catch (const std::exception& error) {
    if (jobs.size() > 1) return false;
    fail(jobs, Error(ErrorCode::internal_error, "The store has failed."), error.what(), false);
    return true;
  }
  // A transaction that changed nothing proves nothing about the disk.
  if (!changed) return true;
  if (options_.on_commit) options_.on_commit(std::chrono::steady_clock::now() - begin);
  const std::lock_guard lock(mutex_);
  if (failing_ && options_.log) options_.log("The store can be written again.");
  failing_ = false;
  ++stats_.commits;
  stats_.writes += jobs.size();
  return true;
}

void Writer::fail(std::span<Job* const> jobs, const Error& error, const std::string& words,
                  bool surroundings) {
  for (Job* job : jobs) job->fail(error);
  const std::lock_guard lock(mutex_);
  if (!failing_ && options_.log) {
    options_.log((surroundings ? "The store cannot be written: " : "A write has failed: ") + words);
  }
  failing_ = failing_ || surroundings;
  ++stats_.failed_commits;
}

bool Writer::is_stopping() const {
  const std::lock_guard lock(mutex_);
  return stopping_;
}

void Writer::probe_if_failing() {
  {
    const std::lock_guard lock(mutex_);
    const auto now = std::chrono::steady_clock::now();
    if (!failing_ || now - last_probe_ < kProbeInterval) return;
    last_probe_ = now;
  }
  struct Probe final : Job {
    void apply(WriteSession& session) override {
      // An UPDATE to the same value would dirty no page, hence write nothing.
      session.connection.execute(
          "INSERT INTO late_changes VALUES (-1, 0); DELETE FROM late_changes WHERE sequence = -1");
    }
    void fail(const Error&) override {}
  };
  Probe probe;
  Job* const job = &probe;
  commit({&job, 1});
}

void Writer::checkpoint_if_due() {
  if (!connection_) return;
  int due = recent_jobs_ <= kCalmJobs ? kCheckpointPagesInCalm : kCheckpointPages;
  if (checkpoint_held_up_) due = kCheckpointRetryPages;
  // A commit begins the log anew after a checkpoint, unless somebody reads it: then it goes on.
  if (wal_pages_ < pages_checkpointed_) pages_checkpointed_ = 0;
  if (wal_pages_ - pages_checkpointed_ < due) return;
  int log_pages = 0;
  int done_pages = 0;
  const int result = sqlite3_wal_checkpoint_v2(connection_->handle(), nullptr,
                                               SQLITE_CHECKPOINT_PASSIVE, &log_pages, &done_pages);
  checkpoint_held_up_ = result != SQLITE_OK || done_pages != log_pages;
  pages_checkpointed_ = wal_pages_;
  note_checkpoint(result == SQLITE_OK || result == SQLITE_BUSY || result == SQLITE_LOCKED,
                  !checkpoint_held_up_);
}

void Writer::note_checkpoint(bool worked, bool complete) {
  if (worked == checkpoints_fail_ && options_.log) {
    options_.log(worked ? "The log of the store is folded into its file again."
                        : std::string("The log of the store cannot be folded into its file, and "
                                      "grows: ") +
                              sqlite3_errmsg(connection_->handle()));
  }
  checkpoints_fail_ = !worked;
  const std::lock_guard lock(mutex_);
  if (complete) ++stats_.checkpoints;
  if (!worked) ++stats_.failed_checkpoints;
}

}  // namespace invoicing::sqlite
