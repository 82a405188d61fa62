#include "services/common/sender_role.hpp"

#include <utility>

namespace invoicing::services {

namespace {
// stop() is noticed between two waits for a message.
constexpr std::chrono::milliseconds kReceiveWait{500};
constexpr BackoffOptions kBackoff{std::chrono::milliseconds{500}, std::chrono::seconds{30}};
}  // namespace

SenderRole::SenderRole(Executor executor, DeliverReport& deliver, Observer& observer,
                       std::uint64_t jitter_seed, std::function<bool()> may_receive)
    : deliver_(deliver),
      may_receive_(std::move(may_receive)),
      observer_(observer),
      wakeup_(executor),
      backoff_(kBackoff, jitter_seed) {}

void SenderRole::stop() {
  stopping_.store(true);
  wakeup_.wake();
}

Task<void> SenderRole::run() {
  std::int64_t failures = 0;
  while (!stopping_.load()) {
    if (may_receive_ && !may_receive_()) {
      co_await wakeup_.wait(kReceiveWait);
      continue;
    }
    const auto delivered = co_await deliver_.deliver_next(kReceiveWait);
    if (delivered) {
      failures = 0;
      continue;
    }
    observer_.observe(DeliveryInterrupted{{}, delivered.error().detail()});
    co_await wakeup_.wait(backoff_.after(++failures));
  }
}

}  // namespace invoicing::services
