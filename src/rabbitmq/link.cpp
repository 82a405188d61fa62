#include "rabbitmq/link.hpp"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <random>
#include <system_error>

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

namespace invoicing::rabbitmq {
namespace {

using std::chrono::milliseconds;

constexpr std::size_t kJobsMax = 1'024;
constexpr milliseconds kFirstWait{500};
constexpr milliseconds kLongestWait{30'000};

int make_eventfd() {
  const int fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
  if (fd < 0) throw std::system_error(errno, std::generic_category(), "eventfd");
  return fd;
}

/// Full jitter: those who lost one broker together do not come back together.
milliseconds jittered(int failures, std::mt19937_64& random) {
  const auto longest = std::min<std::int64_t>(kFirstWait.count() << std::min(failures - 1, 16),
                                              kLongestWait.count());
  return milliseconds{std::uniform_int_distribution<std::int64_t>(0, longest)(random)};
}

}  // namespace

Link::Link(RabbitOptions options, std::string purpose, Hooks hooks)
    : options_(std::move(options)),
      purpose_(std::move(purpose)),
      hooks_(std::move(hooks)),
      wake_fd_(make_eventfd()),
      random_(options_.jitter_seed ^ std::hash<std::string>()(purpose_)) {
  status_.last_error = options_.server.shown_uri() + ": connecting";
  thread_.emplace([this] { serve(); });
}

Link::~Link() {
  stop();
  close(wake_fd_);
}

void Link::stop() {
  stopping_ = true;
  wake();
  thread_.reset();
}

ConnectionStatus Link::status() const {
  const std::lock_guard lock(mutex_);
  return status_;
}

std::optional<Error> Link::submit(Job& job, Resumption& resumption) {
  {
    const std::lock_guard lock(mutex_);
    if (stopping_) return Error(ErrorCode::queue_unavailable, "The program is stopping.");
    if (!status_.connected) return Error(ErrorCode::queue_unavailable, status_.last_error);
    if (jobs_.size() >= kJobsMax) {
      return Error(ErrorCode::queue_unavailable, "Too many calls wait for the broker.");
    }
    job.resumption = std::move(resumption);
    jobs_.push_back(&job);
  }
  wake();
  return std::nullopt;
}

void Link::serve() {
  int failures = 0;
  while (!stopping_) {
    const std::uint64_t connections_before = status().connections;
    try {
      serve_one_connection();
    } catch (const ConnectionLost& loss) {
      note_failure(loss.what());
      const std::lock_guard lock(mutex_);
      ++status_.failures;
    }
    if (stopping_) break;
    const bool was_connected = status().connections > connections_before;
    failures = was_connected ? 1 : failures + 1;
    wait_before_next_try(failures);
  }
  note_failure("the program is stopping");
}

void Link::serve_one_connection() {
  // After the session is gone, so that nothing of it arrives any more.
  struct AtEnd {
    const std::function<void()>& lost;
    bool connected = false;
    ~AtEnd() {
      if (connected && lost) lost();
    }
  } at_end{hooks_.lost};
  Session session(options_, purpose_, stopping_);
  at_end.connected = true;
  hooks_.connected(session);
  note_connected();
  while (!stopping_) {
    session.pump();
    if (hooks_.received) hooks_.received(session);
    note_blocked(session);
    run_jobs(session);
    wait_for_work(session);
  }
}

void Link::run_jobs(Session& session) {
  while (auto job = next_job()) {
    try {
      job->first->perform(session);
    } catch (const ConnectionLost& loss) {
      // Before the caller goes on: what it asks for next must not wait for a dead connection.
      note_failure(loss.what());
      job->first->fail(loss.what());
      job->second.resume();
      throw;
    }
    if (hooks_.received) hooks_.received(session);
    note_blocked(session);
    job->second.resume();
  }
}

std::optional<std::pair<Link::Job*, Resumption>> Link::next_job() {
  const std::lock_guard lock(mutex_);
  if (jobs_.empty() || stopping_) return std::nullopt;
  Job* const job = jobs_.front();
  jobs_.pop_front();
  // Taken out first: resuming may destroy the job on another thread before resume() returns.
  return std::pair(job, std::move(job->resumption));
}

void Link::wait_for_work(const Session& session) {
  const auto heartbeat = milliseconds(options_.server.heartbeat);
  pollfd watched[] = {{.fd = session.descriptor(), .events = POLLIN, .revents = 0},
                      {.fd = wake_fd_, .events = POLLIN, .revents = 0}};
  poll(watched, 2, static_cast<int>(heartbeat.count() / 4));
  std::uint64_t count = 0;
  if (watched[1].revents != 0) [[maybe_unused]]
    const auto got = read(wake_fd_, &count, sizeof count);
}

void Link::wait_before_next_try(int failures) {
  const auto deadline = std::chrono::steady_clock::now() + jittered(failures, random_);
  while (!stopping_) {
    const auto left = std::chrono::ceil<milliseconds>(deadline - std::chrono::steady_clock::now());
    if (left <= milliseconds::zero()) return;
    pollfd watched{.fd = wake_fd_, .events = POLLIN, .revents = 0};
    poll(&watched, 1, static_cast<int>(left.count()));
    std::uint64_t count = 0;
    if (watched.revents != 0) [[maybe_unused]]
      const auto got = read(wake_fd_, &count, sizeof count);
  }
}

void Link::note_connected() {
  {
    const std::lock_guard lock(mutex_);
    status_.connected = true;
    status_.last_error.clear();
    status_.blocked.clear();
    ++status_.connections;
  }
  if (options_.log) options_.log(purpose_ + ": connected to " + options_.server.shown_uri());
}

void Link::note_blocked(const Session& session) {
  const std::lock_guard lock(mutex_);
  if (status_.blocked != session.blocked()) status_.blocked = session.blocked();
}

void Link::note_failure(const std::string& why) {
  bool news = false;
  {
    const std::lock_guard lock(mutex_);
    news = status_.last_error != why && !stopping_;
    status_.connected = false;
    status_.blocked.clear();
    status_.last_error = why;
  }
  fail_jobs(why);
  if (news && options_.log) options_.log(purpose_ + ": " + why);
}

void Link::fail_jobs(const std::string& why) {
  std::deque<Job*> failed;
  {
    const std::lock_guard lock(mutex_);
    failed.swap(jobs_);
  }
  for (Job* const job : failed) {
    Resumption resumption = std::move(job->resumption);
    job->fail(why);
    resumption.resume();
  }
}

void Link::wake() const {
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto written = write(wake_fd_, &one, sizeof one);
}

}  // namespace invoicing::rabbitmq
