#include "services/common/generator_role.hpp"

#include <algorithm>
#include <utility>

namespace invoicing::services {

namespace {
// The wall clock is asked this often, so that a clock set forward, or a suspended machine, closes
// its day within a second.
constexpr std::chrono::milliseconds kClockCheck{1000};
constexpr BackoffOptions kBackoff{std::chrono::milliseconds{500}, std::chrono::seconds{30}};
}  // namespace

GeneratorRole::GeneratorRole(Executor executor, CloseDays& close, PublishReports& publish,
                             Clock& clock, Observer& observer, std::uint64_t jitter_seed,
                             GeneratorOptions options)
    : options_(std::move(options)),
      close_(close),
      publish_(publish),
      clock_(clock),
      observer_(observer),
      wakeup_(executor),
      backoff_(kBackoff, jitter_seed) {}

void GeneratorRole::stop() {
  stopping_.store(true);
  wakeup_.wake();
}

Task<void> GeneratorRole::run() {
  std::int64_t failures = 0;
  std::int64_t waits = 0;
  while (!stopping_.load()) {
    const bool closed = co_await close();
    const auto published = co_await publish();
    failures = closed && published ? 0 : failures + 1;
    waits = published && published->waiting > 0 ? waits + 1 : 0;
    std::chrono::milliseconds rest = options_.outbox_check;
    if (failures > 0) rest = backoff_.after(failures);
    if (waits > 0) rest = std::min(rest, backoff_.after(waits));
    bool woken = false;
    while (rest > std::chrono::milliseconds::zero() && !woken && !stopping_.load()) {
      const auto step = std::min(rest, kClockCheck);
      woken = co_await wakeup_.wait(step);
      rest -= step;
      if (failures == 0 && clock_.now() >= next_cut_off_) break;
    }
  }
}

Task<bool> GeneratorRole::close() {
  if (options_.before_closing && clock_.now() >= next_cut_off_) {
    const auto prepared = co_await options_.before_closing();
    if (!prepared) {
      observer_.observe(ClosingFailed{prepared.error().detail()});
      co_return false;
    }
  }
  const auto sealed = co_await close_.close_due(Backlog::refuse);
  if (!sealed) {
    observer_.observe(ClosingFailed{sealed.error().detail()});
    co_return false;
  }
  const auto next = co_await close_.next_cut_off();
  if (!next) co_return false;
  next_cut_off_ = *next;
  co_return true;
}

Task<Result<PublishRound>> GeneratorRole::publish() {
  auto published = co_await publish_.publish_open();
  if (!published) observer_.observe(PublishingFailed{0, published.error().detail()});
  co_return published;
}

}  // namespace invoicing::services
