#pragma once
// The one thread that writes: it takes everything queued since its last commit into one transaction
// and answers after that is durable (group commit). It is also the only one that checkpoints,
// between its commits and after its answers.

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

#include "async/worker_pool.hpp"
#include "domain/instant.hpp"
#include "sqlite/connection.hpp"
#include "sqlite/item_rows.hpp"
#include "sqlite/roll_ups.hpp"

namespace invoicing::sqlite {

/// The counters that every write may touch: the row of table `state`.
struct StoreState {
  std::int64_t sequence = 0;              ///< of the last change; each insert or void takes one
  std::optional<std::int64_t> sealed_to;  ///< end of the last sealed window, ms
  std::int64_t late_kept_after = 0;       ///< late changes up to this sequence were removed

  friend bool operator==(const StoreState&, const StoreState&) = default;
};

/// What a write works with, inside the open transaction.
struct WriteSession {
  Connection& connection;
  StoreState state;
  // Written once, when every write of the transaction has run.
  RollUps roll_ups;
  ItemRows items;

  /// Takes the next sequence number for a change of an invoice of this date.
  void count_change(Instant date);
};

struct WriterStats {
  std::size_t queued = 0;
  std::uint64_t commits = 0;  ///< that changed something
  std::uint64_t writes = 0;   ///< writes that were in them
  std::uint64_t failed_commits = 0;
  std::uint64_t checkpoints = 0;
  std::uint64_t failed_checkpoints = 0;
  bool failing = false;  ///< the last write failed for the surroundings' sake
};

struct WriterOptions {
  std::filesystem::path file;
  /// Rows that may wait; beyond it: overloaded.
  std::size_t queue_rows_max = 8192;
  /// Rows of one commit, at least 1; a write of more rows is a commit of its own. More of them gain
  /// little and make the first wait longer.
  std::size_t commit_rows_max = 256;
  /// Largest size of the file in pages of 4 KiB; 0 for no limit.
  std::int64_t pages_max = 0;
  /// Called on the writer's thread, for failures and their end.
  std::function<void(const std::string&)> log;
  /// As in DatabaseOptions.
  std::function<void(std::chrono::nanoseconds)> on_commit;
};

/// Thread-safe.
class Writer {
 public:
  /// Brings the log of a killed process to the disk, opens and migrates, then starts the thread.
  /// Throws SqlError. Errors: storage_unavailable (the log cannot be synced), those of migrate().
  static Result<std::unique_ptr<Writer>> open(WriterOptions options);
  /// stop(), then closes: as the last connection it takes the log away.
  ~Writer();

  /// Runs `work(WriteSession&)`, which returns a Result<T>, inside a transaction with others and
  /// answers after the commit. `work` runs on the writer's thread and may run more than once, until
  /// one run is committed; it writes nothing when it returns an error. It may throw SqlError.
  /// `rows`: its share of a batch. Errors besides those of `work`: storage_full,
  /// storage_unavailable (nothing was done), outcome_unknown (the commit failed half-way),
  /// overloaded, shutting_down.
  template <typename Work>
  Task<std::invoke_result_t<Work&, WriteSession&>> write(Work work, std::size_t rows = 1);

  /// Takes no more writes, does what waits, ends the thread, checkpoints. Blocks. Any number of
  /// times.
  void stop();

  WriterStats stats() const;

  /// How many transactions were committed so far; counted before anybody is told of one.
  std::uint64_t commits() const { return commits_.load(std::memory_order_acquire); }

 private:
  struct Job {
    virtual ~Job() = default;
    virtual void apply(WriteSession& session) = 0;
    virtual void fail(const Error& error) = 0;
    std::size_t rows = 1;
    Resumption resumption;
  };

  explicit Writer(WriterOptions options) : options_(std::move(options)) {}

  std::optional<Error> submit(Job& job, Resumption& resumption);
  void serve();
  bool is_stopping() const;
  /// Waits for jobs. Empty: stop, or it is time to probe.
  std::vector<Job*> next_batch();
  void reopen();
  /// False: the file cannot be opened, and the jobs have that as their result.
  bool ensure_open(std::span<Job* const> jobs);
  /// True when each job has its result; false: nothing happened, try each on its own.
  bool commit(std::span<Job* const> jobs);
  /// `surroundings`: not a job but the disk is at fault, which concerns readiness.
  void fail(std::span<Job* const> jobs, const Error& error, const std::string& words,
            bool surroundings);
  /// While writing fails: tries a write that leaves nothing behind, so that the end of the fault is
  /// noticed (readiness, log) although nobody writes.
  void probe_if_failing();
  void checkpoint_if_due();
  void note_checkpoint(bool worked, bool complete);

  const WriterOptions options_;
  std::atomic<std::uint64_t> commits_{0};

  // The writer's thread only.
  std::unique_ptr<Connection> connection_;
  StoreState state_;
  int wal_pages_ = 0;           // in the log, as of the last commit
  int pages_checkpointed_ = 0;  // of these, tried by the last checkpoint; the log may begin anew
  bool checkpoint_held_up_ = false;
  double recent_jobs_ = 0;  // of a commit, the average of late
  bool checkpoints_fail_ = false;
  std::chrono::steady_clock::time_point last_probe_{};

  mutable std::mutex mutex_;  // guards what follows
  bool failing_ = false;
  std::condition_variable work_waits_;
  std::deque<Job*> queue_;  // each lives in the frame of the coroutine that waits for it
  std::size_t queued_rows_ = 0;
  bool stopping_ = false;
  WriterStats stats_;

  std::thread thread_;
};

template <typename Work>
Task<std::invoke_result_t<Work&, WriteSession&>> Writer::write(Work work, std::size_t rows) {
  using Outcome = std::invoke_result_t<Work&, WriteSession&>;
  struct Write final : Job {
    explicit Write(Work& w) : work(w) {}
    void apply(WriteSession& session) override { outcome.emplace(work(session)); }
    void fail(const Error& error) override { outcome.emplace(error); }
    Work& work;
    std::optional<Outcome> outcome;
  };
  Write call(work);
  call.rows = rows;
  co_await suspend([this, &call](Resumption resumption) {
    if (auto refusal = submit(call, resumption)) {
      call.fail(*refusal);
      resumption.resume();
    }
  });
  co_return *std::move(call.outcome);
}

}  // namespace invoicing::sqlite
