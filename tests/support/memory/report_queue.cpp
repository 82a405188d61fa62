#include "tests/support/memory/report_queue.hpp"

#include <algorithm>
#include <tuple>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace invoicing::memory {

/// A timer that runs out when something happens in the queue.
struct MemoryReportQueue::Bell {
  using Timer = boost::asio::basic_waitable_timer<
      std::chrono::steady_clock, boost::asio::wait_traits<std::chrono::steady_clock>, Executor>;

  explicit Bell(const Executor& executor)
      : timer(executor, std::chrono::steady_clock::time_point::max()) {}

  Task<void> wait() {
    constexpr boost::asio::as_tuple_t<boost::asio::use_awaitable_t<Executor>> token;
    co_await timer.async_wait(token);
  }

  Timer timer;
};

MemoryReportQueue::Entry* MemoryReportQueue::find(std::int64_t tag) {
  const auto there = std::ranges::find(entries_, tag, &Entry::tag);
  return there == entries_.end() ? nullptr : &*there;
}

void MemoryReportQueue::ring() {
  for (const auto& entry : bells_) {
    if (auto bell = entry.lock()) {
      const Executor executor = bell->timer.get_executor();
      boost::asio::post(executor, [bell] {
        bell->timer.expires_at(std::chrono::steady_clock::time_point::min());
      });
    }
  }
  bells_.clear();
}

std::optional<ReceivedMessage> MemoryReportQueue::take_due(Instant now,
                                                           std::optional<Instant>& next_due) {
  Entry* first = nullptr;
  for (auto& entry : entries_) {
    if (entry.place != Place::waiting) continue;
    if (!is_due(entry.due, now)) {
      next_due = std::min(next_due.value_or(entry.due), entry.due);
    } else if (first == nullptr || entry.due < first->due) {
      first = &entry;
    }
  }
  if (first == nullptr) return std::nullopt;
  first->place = Place::taken;
  return ReceivedMessage{first->tag, first->message, first->attempt, first->failing_since};
}

Task<Result<void>> MemoryReportQueue::publish(const ReportMessage& message) {
  const std::lock_guard lock(mutex_);
  std::erase_if(entries_, [&](const Entry& entry) {
    return entry.place == Place::dead && entry.message.message_id == message.message_id;
  });
  const bool waits_already = std::ranges::any_of(
      entries_, [&](const Entry& entry) { return entry.message.message_id == message.message_id; });
  if (!waits_already) {
    Entry entry;
    entry.tag = ++last_tag_;
    entry.message = message;
    entry.due = clock_.now();
    entries_.push_back(std::move(entry));
    ring();
  }
  co_return Result<void>();
}

Task<Result<std::optional<ReceivedMessage>>> MemoryReportQueue::receive(
    std::chrono::milliseconds wait) {
  using boost::asio::experimental::awaitable_operators::operator||;
  const Executor executor = co_await boost::asio::this_coro::executor;
  const bool throws = co_await boost::asio::this_coro::throw_if_cancelled();
  co_await boost::asio::this_coro::throw_if_cancelled(false);
  const Instant begin = clock_.now();
  const Instant deadline = begin + wait;
  std::optional<ReceivedMessage> message;
  for (;;) {
    const auto state = co_await boost::asio::this_coro::cancellation_state;
    if (state.cancelled() != boost::asio::cancellation_type::none) break;
    auto bell = std::make_shared<Bell>(executor);
    std::optional<Instant> next_due;
    {
      const std::lock_guard lock(mutex_);
      message = take_due(clock_.now(), next_due);
      if (!message) bells_.push_back(bell);
    }
    if (message || is_over(begin, wait, clock_.now())) break;
    const Instant until = std::min(deadline, next_due.value_or(deadline));
    co_await (bell->wait() || clock_.sleep_until(until));
  }
  co_await boost::asio::this_coro::throw_if_cancelled(throws);
  co_return message;
}

Task<Result<void>> MemoryReportQueue::acknowledge(std::int64_t tag) {
  const std::lock_guard lock(mutex_);
  std::erase_if(entries_,
                [&](const Entry& entry) { return entry.tag == tag && entry.place != Place::dead; });
  co_return Result<void>();
}

Task<Result<void>> MemoryReportQueue::retry(std::int64_t tag, std::chrono::milliseconds delay,
                                            const std::string& reason) {
  const std::lock_guard lock(mutex_);
  if (Entry* entry = find(tag); entry != nullptr && entry->place != Place::dead) {
    entry->place = Place::waiting;
    const Instant now = clock_.now();
    entry->due = now + delay;
    entry->failing_since = std::min(entry->failing_since.value_or(now), now);
    ++entry->attempt;
    entry->reason = reason;
    ring();
  }
  co_return Result<void>();
}

Task<Result<void>> MemoryReportQueue::dead_letter(std::int64_t tag, const std::string& reason) {
  const std::lock_guard lock(mutex_);
  if (Entry* entry = find(tag); entry != nullptr && entry->place != Place::dead) {
    entry->place = Place::dead;
    entry->dead_since = clock_.now();
    entry->reason = reason;
  }
  co_return Result<void>();
}

Task<Result<QueueDepth>> MemoryReportQueue::depth() {
  const std::lock_guard lock(mutex_);
  const Instant now = clock_.now();
  QueueDepth depth;
  for (const auto& entry : entries_) {
    if (entry.place == Place::dead) {
      ++depth.dead;
    } else if (entry.place == Place::taken) {
      ++depth.unacknowledged;
    } else {
      ++(is_due(entry.due, now) ? depth.ready : depth.delayed);
    }
  }
  co_return depth;
}

Task<Result<std::optional<DeadMessage>>> MemoryReportQueue::find_dead(
    const std::string& message_id) {
  const std::lock_guard lock(mutex_);
  for (const auto& entry : entries_) {
    if (entry.place != Place::dead || entry.message.message_id != message_id) continue;
    co_return DeadMessage{entry.message, entry.reason, entry.dead_since, entry.attempt};
  }
  co_return std::nullopt;
}

Task<Result<bool>> MemoryReportQueue::requeue_dead(const std::string& message_id,
                                                   const Trace& asked_by) {
  const std::lock_guard lock(mutex_);
  Entry* first = nullptr;
  for (auto at = entries_.begin(); at != entries_.end();) {
    const bool is_it = at->place == Place::dead && at->message.message_id == message_id;
    if (is_it && first != nullptr) {
      // Copies of one message that were parked one by one come back as one.
      at = entries_.erase(at);
      continue;
    }
    if (is_it) first = &*at;
    ++at;
  }
  if (first == nullptr) co_return false;
  first->place = Place::waiting;
  first->due = clock_.now();
  first->attempt = 1;
  first->failing_since.reset();
  if (!asked_by.traceparent.empty()) first->message.trace = asked_by;
  ring();
  co_return true;
}

Task<Result<std::vector<DeadMessage>>> MemoryReportQueue::list_dead(std::size_t limit) {
  const std::lock_guard lock(mutex_);
  std::vector<DeadMessage> dead;
  for (const auto& entry : entries_) {
    if (entry.place != Place::dead) continue;
    dead.push_back({entry.message, entry.reason, entry.dead_since, entry.attempt});
  }
  std::ranges::sort(dead, {}, [](const DeadMessage& each) {
    return std::tie(each.since, each.message.message_id);
  });
  if (dead.size() > limit) dead.resize(limit);
  co_return dead;
}

Task<Result<bool>> MemoryReportQueue::drop_dead(const std::string& message_id) {
  const std::lock_guard lock(mutex_);
  const auto dropped = std::erase_if(entries_, [&message_id](const Entry& entry) {
    return entry.place == Place::dead && entry.message.message_id == message_id;
  });
  co_return dropped > 0;
}

void MemoryReportQueue::give_back_everything() {
  const std::lock_guard lock(mutex_);
  for (auto& entry : entries_) {
    if (entry.place == Place::taken) entry.place = Place::waiting;
  }
  ring();
}

void MemoryReportQueue::redeliver(std::int64_t tag) {
  const std::lock_guard lock(mutex_);
  Entry* const entry = find(tag);
  if (entry == nullptr || entry->place != Place::taken) return;
  entry->place = Place::waiting;
  entry->tag = ++last_tag_;
  ring();
}

bool MemoryReportQueue::duplicate(std::size_t back, std::chrono::milliseconds delay) {
  const std::lock_guard lock(mutex_);
  std::vector<const Entry*> live;
  for (const auto& entry : entries_) {
    if (entry.place != Place::dead) live.push_back(&entry);
  }
  if (live.empty()) return false;
  Entry copy = *live[live.size() - 1 - back % live.size()];
  copy.tag = ++last_tag_;
  copy.due = clock_.now() + delay;
  copy.place = Place::waiting;
  entries_.push_back(std::move(copy));
  ring();
  return true;
}

std::optional<Instant> MemoryReportQueue::next_due() {
  const std::lock_guard lock(mutex_);
  std::optional<Instant> next;
  for (const auto& entry : entries_) {
    if (entry.place == Place::waiting) next = std::min(next.value_or(entry.due), entry.due);
  }
  return next;
}

}  // namespace invoicing::memory
