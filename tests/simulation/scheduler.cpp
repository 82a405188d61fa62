#include "tests/simulation/scheduler.hpp"

#include <algorithm>
#include <exception>
#include <utility>

#include <boost/asio/async_result.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace invoicing::simulation {

template <typename Handler>
struct Scheduler::ResumeHandler final : Resume {
  explicit ResumeHandler(Handler h) : handler(std::move(h)) {}
  void post(boost::asio::io_context& io) override { boost::asio::post(io, std::move(handler)); }
  Handler handler;
};

Task<void> Scheduler::suspend(Waiting waiting) {
  auto keep = [this, &waiting](auto handler) {
    waiting.resume = std::make_unique<ResumeHandler<decltype(handler)>>(std::move(handler));
    waiting_.push_back(std::move(waiting));
  };
  constexpr boost::asio::use_awaitable_t<Executor> token;
  co_await boost::asio::async_initiate<const boost::asio::use_awaitable_t<Executor>, void()>(keep,
                                                                                             token);
}

Task<void> Scheduler::pause(ProcessId process, Milliseconds delay) {
  Waiting waiting;
  waiting.process = process;
  waiting.due = uptime_ + delay;
  co_await suspend(std::move(waiting));
}

Task<void> Scheduler::pause_until(ProcessId process, Instant when, bool hears_the_bell) {
  Waiting waiting;
  waiting.process = process;
  waiting.wall_due = when;
  waiting.hears_the_bell = hears_the_bell;
  co_await suspend(std::move(waiting));
}

void Scheduler::ring() {
  for (Waiting& waiting : waiting_) {
    if (waiting.hears_the_bell) waiting.wall_due = Instant::min();
  }
}

void Scheduler::spawn(Task<void> task) {
  boost::asio::co_spawn(io_, std::move(task), [](std::exception_ptr error) {
    if (error) std::rethrow_exception(error);
  });
  drain();
}

void Scheduler::kill(ProcessId process) {
  std::vector<Waiting> dying;
  for (Waiting& waiting : waiting_) {
    if (waiting.process == process) dying.push_back(std::move(waiting));
  }
  std::erase_if(waiting_, [](const Waiting& waiting) { return waiting.resume == nullptr; });
  dying.clear();
  // A coroutine that lost its handler is unwound through its executor.
  drain();
}

bool Scheduler::step() {
  ready_.clear();
  for (std::size_t i = 0; i < waiting_.size(); ++i) {
    if (waiting_[i].due <= uptime_ && waiting_[i].wall_due <= wall_) ready_.push_back(i);
  }
  if (ready_.empty()) return false;
  const std::size_t chosen = random_.pick(ready_);
  Waiting waiting = std::move(waiting_[chosen]);
  waiting_.erase(waiting_.begin() + static_cast<std::ptrdiff_t>(chosen));
  trace_.mix(static_cast<std::uint64_t>(waiting.process));
  waiting.resume->post(io_);
  drain();
  return true;
}

Milliseconds Scheduler::due_of(const Waiting& waiting) const {
  if (waiting.wall_due <= wall_) return waiting.due;
  return std::max(waiting.due, uptime_ + (waiting.wall_due - wall_));
}

std::optional<Milliseconds> Scheduler::next_due() const {
  std::optional<Milliseconds> next;
  for (const Waiting& waiting : waiting_) {
    const Milliseconds due = due_of(waiting);
    next = std::min(next.value_or(due), due);
  }
  return next;
}

void Scheduler::advance_to(Milliseconds uptime) {
  if (uptime <= uptime_) return;
  wall_ += uptime - uptime_;
  uptime_ = uptime;
  trace_.at(wall_);
  trace_.mix(static_cast<std::uint64_t>(uptime.count()));
}

void Scheduler::jump(Milliseconds by) {
  wall_ += by;
  ++jumps_;
  trace_.at(wall_);
  trace_.mix(static_cast<std::uint64_t>(by.count()));
}

void Scheduler::drain() {
  io_.restart();
  io_.poll();
}

}  // namespace invoicing::simulation
