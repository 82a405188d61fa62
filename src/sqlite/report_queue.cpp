#include "sqlite/report_queue.hpp"

#include <algorithm>

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/this_coro.hpp>

#include "sqlite/engine.hpp"
#include "sqlite/time_columns.hpp"

namespace invoicing::sqlite {
namespace {

Error unavailable(const Error& error) {
  return Error(ErrorCode::queue_unavailable, error.detail());
}

template <typename T>
Result<T> for_queue(Result<T> outcome) {
  if (!outcome) return unavailable(outcome.error());
  return outcome;
}

DeadMessage to_dead(const Rows& rows) {
  return {.message = {std::string(rows.text(0)), std::string(rows.text(1))},
          .reason = std::string(rows.text(2)),
          .since = to_instant(rows.integer(3)),
          .attempts = rows.integer(4)};
}

Trace trace_at(const Rows& rows, int column) {
  return {std::string(rows.text(column)), std::string(rows.text(column + 1))};
}

Task<bool> is_cancelled() {
  const auto state = co_await boost::asio::this_coro::cancellation_state;
  co_return state.cancelled() != boost::asio::cancellation_type::none;
}

}  // namespace

Task<Result<void>> SqliteReportQueue::publish(const ReportMessage& message) {
  const Instant now = clock_.now();
  auto work = [&message, now](WriteSession& session) -> Result<void> {
    auto& connection = session.connection;
    connection.prepared("DELETE FROM messages WHERE message_id = ?1 AND dead_since IS NOT NULL")
        .execute(message.message_id);
    connection
        .prepared(
            "INSERT INTO messages (message_id, body, attempt, due_at, dead_since, reason,"
            " traceparent, request_id)"
            " VALUES (?1, ?2, 1, ?3, NULL, '', ?4, ?5) ON CONFLICT (message_id) DO NOTHING")
        .execute(message.message_id, message.body, to_ms(now), message.trace.traceparent,
                 message.trace.request_id);
    return {};
  };
  auto outcome = co_await engine_.write(std::move(work));
  if (outcome) wake_list_.notify_all();
  co_return for_queue(std::move(outcome));
}

Task<Result<std::optional<ReceivedMessage>>> SqliteReportQueue::receive(
    std::chrono::milliseconds wait) {
  // A message that was taken for a caller who is cancelled meanwhile must be given back, so nothing
  // in here may throw for a cancellation. The setting belongs to the caller's whole stack.
  const bool throws = co_await boost::asio::this_coro::throw_if_cancelled();
  co_await boost::asio::this_coro::throw_if_cancelled(false);
  auto message = co_await wait_for_message(wait);
  co_await boost::asio::this_coro::throw_if_cancelled(throws);
  co_return message;
}

Task<Result<std::optional<ReceivedMessage>>> SqliteReportQueue::wait_for_message(
    std::chrono::milliseconds wait) {
  using boost::asio::experimental::awaitable_operators::operator||;
  const Executor executor = co_await boost::asio::this_coro::executor;
  const Instant begin = clock_.now();
  const Instant deadline = begin + wait;
  for (;;) {
    const auto waiter = wake_list_.enrol(executor);
    auto look = co_await take_due();
    if (!look) co_return unavailable(look.error());
    const bool cancelled = co_await is_cancelled();
    if (cancelled) {
      if (look->message) give_back(look->message->tag);
      co_return std::optional<ReceivedMessage>();
    }
    if (look->message) co_return std::move(look->message);
    if (is_over(begin, wait, clock_.now())) co_return std::optional<ReceivedMessage>();
    const Instant until = std::min(deadline, look->next_due.value_or(deadline));
    co_await (waiter->wait() || clock_.sleep_until(until));
  }
}

Task<Result<SqliteReportQueue::Look>> SqliteReportQueue::take_due() {
  const Instant now = clock_.now();
  std::optional<std::int64_t> taken;
  // On the writer's thread, so that it cannot look at a message from before its settling. It writes
  // nothing, and a transaction without changes costs no fsync.
  auto work = [this, now, &taken](WriteSession& session) -> Result<Look> {
    if (taken) give_back(*taken);
    taken.reset();
    auto rows = session.connection
                    .prepared(
                        "SELECT tag, message_id, body, attempt, due_at, failing_since,"
                        " traceparent, request_id FROM messages"
                        " WHERE dead_since IS NULL ORDER BY due_at, tag")
                    .query();
    std::optional<Instant> next_due;
    while (rows.next()) {
      if (is_taken(rows.integer(0))) continue;
      const Instant due = to_instant(rows.integer(4));
      if (!is_due(due, now)) {
        if (!next_due) next_due = due;
        continue;
      }
      taken = rows.integer(0);
      const std::lock_guard lock(mutex_);
      taken_.insert(*taken);
      return Look{
          .message = ReceivedMessage{.tag = *taken,
                                     .message = {std::string(rows.text(1)),
                                                 std::string(rows.text(2)), trace_at(rows, 6)},
                                     .attempt = rows.integer(3),
                                     .failing_since = to_instant(rows.optional_integer(5))},
          .next_due = {}};
    }
    return Look{.message = {}, .next_due = next_due};
  };
  auto outcome = co_await engine_.write(std::move(work));
  if (!outcome && taken) give_back(*taken);
  co_return outcome;
}

void SqliteReportQueue::give_back(std::int64_t tag) {
  {
    const std::lock_guard lock(mutex_);
    taken_.erase(tag);
  }
  wake_list_.notify_all();
}

bool SqliteReportQueue::is_taken(std::int64_t tag) {
  const std::lock_guard lock(mutex_);
  return taken_.contains(tag);
}

Task<Result<void>> SqliteReportQueue::acknowledge(std::int64_t tag) {
  auto work = [tag](WriteSession& session) -> Result<void> {
    session.connection.prepared("DELETE FROM messages WHERE tag = ?1 AND dead_since IS NULL")
        .execute(tag);
    return {};
  };
  auto outcome = co_await engine_.write(std::move(work));
  // Also when it failed: what could not be settled is delivered again.
  give_back(tag);
  co_return for_queue(std::move(outcome));
}

Task<Result<void>> SqliteReportQueue::retry(std::int64_t tag, std::chrono::milliseconds delay,
                                            const std::string& reason) {
  const Instant now = clock_.now();
  const Instant due = now + delay;
  auto work = [tag, now, due, &reason](WriteSession& session) -> Result<void> {
    session.connection
        .prepared(
            "UPDATE messages SET attempt = attempt + 1, due_at = ?2, reason = ?3,"
            " failing_since = min(coalesce(failing_since, ?4), ?4)"
            " WHERE tag = ?1 AND dead_since IS NULL")
        .execute(tag, to_ms(due), reason, to_ms(now));
    return {};
  };
  auto outcome = co_await engine_.write(std::move(work));
  give_back(tag);
  co_return for_queue(std::move(outcome));
}

Task<Result<void>> SqliteReportQueue::dead_letter(std::int64_t tag, const std::string& reason) {
  const Instant now = clock_.now();
  auto work = [tag, now, &reason](WriteSession& session) -> Result<void> {
    session.connection
        .prepared(
            "UPDATE messages SET dead_since = ?2, reason = ?3"
            " WHERE tag = ?1 AND dead_since IS NULL")
        .execute(tag, to_ms(now), reason);
    return {};
  };
  auto outcome = co_await engine_.write(std::move(work));
  give_back(tag);
  co_return for_queue(std::move(outcome));
}

Task<Result<QueueDepth>> SqliteReportQueue::depth() {
  const Instant now = clock_.now();
  auto read = [this, now](Connection& connection) -> Result<QueueDepth> {
    QueueDepth depth;
    auto rows = connection.prepared("SELECT tag, due_at, dead_since IS NULL FROM messages").query();
    while (rows.next()) {
      if (rows.integer(2) == 0) {
        ++depth.dead;
      } else if (is_taken(rows.integer(0))) {
        ++depth.unacknowledged;
      } else {
        ++(is_due(to_instant(rows.integer(1)), now) ? depth.ready : depth.delayed);
      }
    }
    return depth;
  };
  auto depth = co_await engine_.read(std::move(read));
  co_return for_queue(std::move(depth));
}

Task<Result<std::optional<DeadMessage>>> SqliteReportQueue::find_dead(
    const std::string& message_id) {
  auto read = [&message_id](Connection& connection) -> Result<std::optional<DeadMessage>> {
    auto rows = connection
                    .prepared(
                        "SELECT message_id, body, reason, dead_since, attempt FROM messages"
                        " WHERE message_id = ?1 AND dead_since IS NOT NULL")
                    .query(message_id);
    if (!rows.next()) return std::nullopt;
    return to_dead(rows);
  };
  auto message = co_await engine_.read(std::move(read));
  co_return for_queue(std::move(message));
}

Task<Result<bool>> SqliteReportQueue::requeue_dead(const std::string& message_id,
                                                   const Trace& asked_by) {
  const Instant now = clock_.now();
  auto work = [&message_id, now, &asked_by](WriteSession& session) -> Result<bool> {
    session.connection
        .prepared(
            "UPDATE messages SET dead_since = NULL, due_at = ?2, attempt = 1, failing_since = NULL,"
            " traceparent = iif(?3 = '', traceparent, ?3),"
            " request_id = iif(?3 = '', request_id, ?4)"
            " WHERE message_id = ?1 AND dead_since IS NOT NULL")
        .execute(message_id, to_ms(now), asked_by.traceparent, asked_by.request_id);
    return session.connection.changes() > 0;
  };
  auto outcome = co_await engine_.write(std::move(work));
  if (outcome) wake_list_.notify_all();
  co_return for_queue(std::move(outcome));
}

Task<Result<std::vector<DeadMessage>>> SqliteReportQueue::list_dead(std::size_t limit) {
  auto read = [limit](Connection& connection) -> Result<std::vector<DeadMessage>> {
    auto rows = connection
                    .prepared(
                        "SELECT message_id, body, reason, dead_since, attempt FROM messages"
                        " WHERE dead_since IS NOT NULL ORDER BY dead_since, tag LIMIT ?1")
                    .query(static_cast<std::int64_t>(limit));
    std::vector<DeadMessage> dead;
    while (rows.next()) dead.push_back(to_dead(rows));
    return dead;
  };
  auto dead = co_await engine_.read(std::move(read));
  co_return for_queue(std::move(dead));
}

Task<Result<bool>> SqliteReportQueue::drop_dead(const std::string& message_id) {
  auto work = [&message_id](WriteSession& session) -> Result<bool> {
    session.connection
        .prepared("DELETE FROM messages WHERE message_id = ?1 AND dead_since IS NOT NULL")
        .execute(message_id);
    return session.connection.changes() > 0;
  };
  auto outcome = co_await engine_.write(std::move(work));
  co_return for_queue(std::move(outcome));
}

}  // namespace invoicing::sqlite
