#include "async/worker_pool.hpp"

namespace invoicing {

void Resumption::resume_all(std::vector<Resumption> resumptions) {
  while (!resumptions.empty()) {
    const Executor executor = resumptions.front().holder_->executor();
    std::vector<Resumption> together;
    std::vector<Resumption> others;
    for (Resumption& each : resumptions) {
      (each.holder_->executor() == executor ? together : others).push_back(std::move(each));
    }
    boost::asio::post(executor, [together = std::move(together)]() mutable {
      for (Resumption& each : together) std::exchange(each.holder_, nullptr)->go_on();
    });
    resumptions = std::move(others);
  }
}

WorkerPool::WorkerPool(std::size_t threads, std::size_t queue_max) : queue_max_(queue_max) {
  threads_.reserve(threads);
  for (std::size_t i = 0; i < threads; ++i) threads_.emplace_back([this] { serve(); });
}

WorkerPool::~WorkerPool() {
  stop();
}

void WorkerPool::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  work_waits_.notify_all();
  for (auto& thread : threads_) {
    if (thread.joinable()) thread.join();
  }
}

std::size_t WorkerPool::queued() const {
  const std::lock_guard lock(mutex_);
  return queue_.size();
}

std::optional<Error> WorkerPool::submit(Job& job, Resumption& resumption) {
  {
    const std::lock_guard lock(mutex_);
    if (stopping_) return Error(ErrorCode::shutting_down, "The service is shutting down.");
    if (queue_.size() >= queue_max_) {
      return Error(ErrorCode::overloaded, "Too many calls are waiting; try again shortly.");
    }
    job.resumption = std::move(resumption);
    queue_.push_back(&job);
  }
  work_waits_.notify_one();
  return std::nullopt;
}

void WorkerPool::serve() {
  for (;;) {
    Job* job = nullptr;
    {
      std::unique_lock lock(mutex_);
      work_waits_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
      if (queue_.empty()) return;
      job = queue_.front();
      queue_.pop_front();
    }
    job->perform();
    // Moved out first: resuming may destroy the job on another thread before resume() returns.
    Resumption resumption = std::move(job->resumption);
    resumption.resume();
  }
}

}  // namespace invoicing
