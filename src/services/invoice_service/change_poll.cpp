#include "services/invoice_service/change_poll.hpp"

#include <chrono>
#include <utility>

namespace invoicing::services {

namespace {

constexpr std::chrono::milliseconds kInterval{700};
// Other services date what they write by their own clocks, which may be behind by CLOCK_TOLERANCE,
// and a write is seen only when a majority has it.
constexpr std::chrono::minutes kLookBack{5};
// What is counted grows until the start of the count moves on.
constexpr std::chrono::minutes kLookBackMost{10};

}  // namespace

void ChangePoll::stop() {
  stopping_.store(true);
  wakeup_.wake();
}

Task<void> ChangePoll::run() {
  while (!stopping_.load()) {
    if (feed_.readers() == 0) {
      since_.reset();
      told_.reset();
    } else if (watch_.may_read()) {
      co_await look_at_invoices();
      co_await look_at_reports();
    }
    co_await wakeup_.wait(kInterval);
  }
}

Task<void> ChangePoll::look_at_invoices() {
  const Instant now = clock_.now();
  const bool begin = !since_ || now - *since_ > kLookBackMost || now < *since_;
  const Instant since = begin ? now - kLookBack : *since_;
  const auto changes = co_await changes_.changes_since(since);
  if (!changes) co_return;
  // A new count cannot be compared with the old one: one event too many does no harm.
  if (begin || *changes != changes_seen_) feed_.invoices_changed();
  since_ = since;
  changes_seen_ = *changes;
}

Task<void> ChangePoll::look_at_reports() {
  const auto last = co_await reports_.last();
  if (!last) co_return;
  const auto open = co_await outbox_.open_entries();
  if (!open) co_return;
  std::string seen = *last ? std::to_string((*last)->number) : std::string();
  for (const OutboxEntry& entry : *open) {
    seen += ' ' + entry.message_id() + ' ' + std::to_string(static_cast<int>(entry.state)) + ' ' +
            std::to_string(entry.attempts);
  }
  if (told_ == seen) co_return;
  told_ = std::move(seen);
  feed_.reports_changed();
}

}  // namespace invoicing::services
