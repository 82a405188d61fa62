#pragma once
// Blocking calls on threads of an adapter, and the way back: the awaiting coroutine is resumed on
// its own executor. A round trip costs about 0.6 µs.
//
// Life: contexts outlive pools, because a pool's thread may still be inside the call that handed a
// coroutine over while that goes on already. Stop asking, stop() the pool (what was asked for is
// still done), destroy the contexts.

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <exception>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "async/task.hpp"
#include "domain/result.hpp"

namespace invoicing {

/// What resumes a suspended coroutine: from any thread, once. Keeps its io_context running until
/// then. Move-only; empty after resume().
class Resumption {
 public:
  Resumption() = default;

  template <typename Handler>
  explicit Resumption(Handler handler) : holder_(new Holding<Handler>(std::move(handler))) {}

  void resume() { std::exchange(holder_, nullptr)->resume(); }

  /// Resumes all, in order; those of one executor are handed over together, for one wake-up of its
  /// thread instead of one each.
  static void resume_all(std::vector<Resumption> resumptions);

 private:
  struct Holder {
    virtual ~Holder() = default;
    virtual void resume() = 0;
    /// On the handler's executor: goes on at once.
    virtual void go_on() = 0;
    virtual const Executor& executor() const = 0;
  };

  template <typename Handler>
  struct Holding final : Holder {
    explicit Holding(Handler h)
        : handler(std::move(h)),
          executor_of_handler(boost::asio::get_associated_executor(handler)),
          work(executor_of_handler) {}

    void resume() override { boost::asio::post(executor_of_handler, std::move(handler)); }
    void go_on() override { boost::asio::dispatch(executor_of_handler, std::move(handler)); }
    const Executor& executor() const override { return executor_of_handler; }

    Handler handler;
    Executor executor_of_handler;
    boost::asio::executor_work_guard<Executor> work;
  };

  std::unique_ptr<Holder> holder_;
};

/// Suspends the calling coroutine, then calls `start(Resumption)`. Returns after resume(). Cannot
/// be cancelled: what the other thread refers to in this coroutine stays alive until it is done.
template <typename Start>
Task<void> suspend(Start start) {
  auto initiation = [&start](auto handler) { start(Resumption(std::move(handler))); };
  boost::asio::use_awaitable_t<Executor> token;
  co_await boost::asio::async_initiate<boost::asio::use_awaitable_t<Executor>, void()>(initiation,
                                                                                       token);
}

/// A fixed number of threads with one queue. Thread-safe.
class WorkerPool {
 public:
  /// `threads` >= 1; `queue_max` is how many calls may wait (those that run not counted).
  WorkerPool(std::size_t threads, std::size_t queue_max);
  /// stop().
  ~WorkerPool();
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  /// Runs `work`, which returns a Result<T>, on one of the threads. What it throws comes out here.
  /// Errors besides those of `work`: overloaded (the queue is full), shutting_down (after stop()).
  template <typename Work>
  Task<std::invoke_result_t<Work&>> run(Work work);

  /// Takes no more work, does what waits, ends the threads. Blocks. Any number of times.
  void stop();

  /// How many calls wait for a thread.
  std::size_t queued() const;

 private:
  struct Job {
    virtual ~Job() = default;
    virtual void perform() = 0;
    Resumption resumption;
  };

  /// Nothing when the job was taken.
  std::optional<Error> submit(Job& job, Resumption& resumption);
  void serve();

  const std::size_t queue_max_;
  mutable std::mutex mutex_;
  std::condition_variable work_waits_;
  std::deque<Job*> queue_;  // each lives in the frame of the coroutine that waits for it
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

template <typename Work>
Task<std::invoke_result_t<Work&>> WorkerPool::run(Work work) {
  using Outcome = std::invoke_result_t<Work&>;
  struct Call final : Job {
    explicit Call(Work& w) : work(w) {}
    void perform() override {
      try {
        outcome.emplace(work());
      } catch (...) {
        failure = std::current_exception();
      }
    }
    Work& work;
    std::optional<Outcome> outcome;
    std::exception_ptr failure;
  };
  Call call(work);
  co_await suspend([this, &call](Resumption resumption) {
    if (auto refusal = submit(call, resumption)) {
      call.outcome.emplace(*std::move(refusal));
      resumption.resume();
    }
  });
  if (call.failure) std::rethrow_exception(call.failure);
  co_return *std::move(call.outcome);
}

}  // namespace invoicing
