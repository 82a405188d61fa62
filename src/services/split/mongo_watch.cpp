#include "services/split/mongo_watch.hpp"

#include <algorithm>
#include <utility>

#include "ops/log.hpp"
#include "services/common/random_seed.hpp"
#include "services/split/clock_check.hpp"

namespace invoicing::services {

namespace log = ops::log;

namespace {

constexpr std::chrono::milliseconds kInterval{5000};
// Between two questions only whether a call has failed meanwhile: that is no question of its own.
constexpr std::chrono::milliseconds kStep{250};
constexpr BackoffOptions kBackoff{std::chrono::milliseconds{100}, std::chrono::seconds{2}};

}  // namespace

MongoWatch::MongoWatch(Executor executor, mongo::Client& client, const Clock& clock,
                       MongoWatchOptions options)
    : client_(client),
      clock_(clock),
      options_(std::move(options)),
      wakeup_(executor),
      backoff_(kBackoff, random_seed()) {}

void MongoWatch::stop() {
  stopping_.store(true);
  wakeup_.wake();
}

Task<void> MongoWatch::run() {
  std::int64_t failures = 0;
  while (!stopping_.load()) {
    const bool there = co_await look();
    failures = there ? 0 : failures + 1;
    co_await wait(failures);
  }
}

Task<void> MongoWatch::wait(std::int64_t failures) {
  auto rest = failures == 0 ? kInterval : backoff_.after(failures);
  while (rest > std::chrono::milliseconds::zero() && !stopping_.load()) {
    const auto step = std::min(rest, kStep);
    co_await wakeup_.wait(step);
    rest -= step;
    if (failures == 0 && client_.stats().failing) co_return;
  }
}

Task<bool> MongoWatch::look() {
  const auto time = co_await client_.ping(clock_);
  if (!time) {
    become(State::gone, time.error().detail());
    co_return false;
  }
  if (!prepared_) {
    const auto prepared = co_await client_.prepare();
    if (!prepared) {
      become(State::gone, prepared.error().detail());
      co_return false;
    }
    prepared_ = true;
  }
  const auto agrees =
      options_.clock_tolerance ? check_clock(*time, *options_.clock_tolerance) : Result<void>();
  if (agrees) {
    become(State::ready, {});
  } else {
    become(State::skewed, agrees.error().detail());
  }
  co_return true;
}

void MongoWatch::become(State state, const std::string& why) {
  {
    const std::lock_guard lock(mutex_);
    why_ = why;
  }
  if (state_.exchange(state) == state) return;
  if (state == State::gone) {
    log::warning("waiting for mongodb", {{"address", client_.address()}, {"reason", why}});
  } else if (state == State::skewed) {
    log::error("the clock is wrong, nothing is written", {{"reason", why}});
  } else {
    log::info("mongodb is there", {{"address", client_.address()}});
    if (options_.on_ready) options_.on_ready();
  }
}

std::optional<rest::Missing> MongoWatch::missing() const {
  const State state = state_.load();
  if (state == State::ready) return std::nullopt;
  const std::lock_guard lock(mutex_);
  return rest::Missing{state == State::skewed ? "clock" : "mongodb", why_};
}

Result<void> MongoWatch::may_read() const {
  const State state = state_.load();
  if (state == State::ready || state == State::skewed) return {};
  const std::lock_guard lock(mutex_);
  return Error(ErrorCode::storage_unavailable, why_);
}

Result<void> MongoWatch::may_write() const {
  if (state_.load() != State::skewed) return may_read();
  const std::lock_guard lock(mutex_);
  return Error(ErrorCode::clock_skewed, why_);
}

}  // namespace invoicing::services
