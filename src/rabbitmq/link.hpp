#pragma once
// A connection that is always wanted: a thread of its own makes it, keeps it alive, makes it anew
// when it is lost, and runs on it what coroutines ask for.

#include <atomic>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <random>
#include <string>
#include <type_traits>
#include <utility>

#include "async/worker_pool.hpp"
#include "rabbitmq/options.hpp"
#include "rabbitmq/session.hpp"
#include "rabbitmq/thread.hpp"

namespace invoicing::rabbitmq {

/// Thread-safe. Contexts outlive it.
class Link {
 public:
  /// All are called on the link's thread; the first two may throw ConnectionLost.
  struct Hooks {
    std::function<void(Session&)> connected;  ///< declares and consumes
    std::function<void(Session&)> received;   ///< something may have arrived; may be empty
    std::function<void()> lost;               ///< after `connected`; may be empty
  };

  /// `purpose` names it in the broker's lists and in the log.
  Link(RabbitOptions options, std::string purpose, Hooks hooks);
  /// stop().
  ~Link();
  Link(const Link&) = delete;
  Link& operator=(const Link&) = delete;

  /// Runs `work(Session&)`, which returns a Result<T> and may throw ConnectionLost, on the link's
  /// thread. Error queue_unavailable: not connected (at once), lost meanwhile, too much waits.
  template <typename Work>
  Task<std::invoke_result_t<Work&, Session&>> run(Work work);

  ConnectionStatus status() const;
  const RabbitOptions& options() const { return options_; }

  /// Ends the connection and the thread; what waits is queue_unavailable. Any number of times, from
  /// one thread.
  void stop();

 private:
  struct Job {
    virtual ~Job() = default;
    virtual void perform(Session& session) = 0;
    virtual void fail(const std::string& why) = 0;
    Resumption resumption;
  };

  std::optional<Error> submit(Job& job, Resumption& resumption);
  void serve();
  void serve_one_connection();
  void run_jobs(Session& session);
  std::optional<std::pair<Job*, Resumption>> next_job();
  void wait_for_work(const Session& session);
  void note_connected();
  void note_blocked(const Session& session);
  void note_failure(const std::string& why);
  void fail_jobs(const std::string& why);
  void wait_before_next_try(int failures);
  void wake() const;

  const RabbitOptions options_;
  const std::string purpose_;
  const Hooks hooks_;
  const int wake_fd_;
  std::mt19937_64 random_;  // of the link's thread
  std::atomic<bool> stopping_{false};

  mutable std::mutex mutex_;
  ConnectionStatus status_;
  std::deque<Job*> jobs_;  // each lives in the frame of the coroutine that waits for it

  std::optional<Thread> thread_;
};

template <typename Work>
Task<std::invoke_result_t<Work&, Session&>> Link::run(Work work) {
  using Outcome = std::invoke_result_t<Work&, Session&>;
  struct Call final : Job {
    explicit Call(Work& w) : work(w) {}
    void perform(Session& session) override { outcome.emplace(work(session)); }
    void fail(const std::string& why) override {
      outcome.emplace(Error(ErrorCode::queue_unavailable, why));
    }
    Work& work;
    std::optional<Outcome> outcome;
  };
  Call call(work);
  co_await suspend([this, &call](Resumption resumption) {
    if (auto refusal = submit(call, resumption)) {
      call.outcome.emplace(*std::move(refusal));
      resumption.resume();
    }
  });
  co_return *std::move(call.outcome);
}

}  // namespace invoicing::rabbitmq
