#include "rabbitmq/queue_admin.hpp"

#include <algorithm>
#include <chrono>
#include <functional>
#include <thread>

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "domain/hex.hpp"
#include "domain/invoice_id.hpp"
#include "rabbitmq/link.hpp"
#include "rabbitmq/publish_result.hpp"
#include "rabbitmq/report_inbox_impl.hpp"
#include "rabbitmq/topology.hpp"

namespace invoicing::rabbitmq {
namespace {

std::string name_of(const Message& message) {
  if (!message.message_id.empty()) return message.message_id;
  return "sha256-" + to_hex(sha256(message.body));
}

DeadMessage as_dead(const Message& message) {
  return {.message = {name_of(message), message.body},
          .reason = message.reason.empty() ? "the broker gave it up" : message.reason,
          .since = parse_rfc3339(message.dead_since).value_or(Instant{}),
          .attempts = std::max<std::int64_t>(message.attempt, 1)};
}

enum class Next {
  another,  ///< the message goes back to its place, the next one is looked at
  enough,   ///< it goes back, no other one is looked at
  gone,     ///< it was acknowledged, no other one is looked at
};

/// Waits until `count` messages are ready again: a quorum queue takes back at its leisure, and the
/// next look would not see them.
void wait_until_back(const RabbitOptions& options, Session& session, std::int64_t count) {
  constexpr int kTries = 200;
  constexpr std::chrono::milliseconds kPause{10};
  for (int i = 0; i < kTries && declare_dead(options, session) < count; ++i) {
    std::this_thread::sleep_for(kPause);
  }
}

/// Shows the dead letters to `look`, oldest first, until it says otherwise; all that it did not
/// acknowledge goes back to its place.
void look_at_dead(const RabbitOptions& options, Session& session, std::size_t most,
                  const std::function<Next(const Delivered&)>& look) {
  const std::string queue = dead_queue(options);
  const std::int64_t ready = declare_dead(options, session);
  const std::int64_t end = std::min(ready, static_cast<std::int64_t>(most));
  std::int64_t gone = 0;
  for (std::int64_t i = 0; i < end; ++i) {
    const auto got = session.get(queue);
    if (!got) break;
    const Next next = look(*got);
    if (next == Next::gone) ++gone;
    if (next != Next::another) break;
  }
  session.give_back_all();
  wait_until_back(options, session, ready - gone);
}

}  // namespace

struct RabbitQueueAdmin::Impl {
  Impl(RabbitOptions options, RabbitReportInbox::Impl* used_inbox)
      : inbox(used_inbox),
        link(std::move(options), "admin",
             {.connected = [this](Session& session) { declare_all(link.options(), session); },
              .received = {},
              .lost = {}}) {}

  RabbitReportInbox::Impl* inbox;
  Link link;
};

RabbitQueueAdmin::RabbitQueueAdmin(RabbitOptions options, RabbitReportInbox* inbox)
    : impl_(std::make_unique<Impl>(std::move(options), inbox ? inbox->impl_.get() : nullptr)) {}

RabbitQueueAdmin::~RabbitQueueAdmin() = default;

Task<Result<QueueDepth>> RabbitQueueAdmin::depth() {
  // What is on its way to the inbox is in neither count. Without its connection there is nothing.
  if (impl_->inbox != nullptr) co_await impl_->inbox->catch_up();
  auto work = [this](Session& session) -> Result<QueueDepth> {
    const auto ready = declare_all(impl_->link.options(), session);
    QueueDepth depth{
        .ready = ready.main, .delayed = ready.delayed, .unacknowledged = 0, .dead = ready.dead};
    if (impl_->inbox != nullptr) {
      const auto held = impl_->inbox->messages.counts();
      depth.ready += held.waiting;
      depth.unacknowledged = held.out;
    }
    return depth;
  };
  const auto depth = co_await impl_->link.run(std::move(work));
  co_return depth;
}

Task<Result<std::vector<DeadMessage>>> RabbitQueueAdmin::list_dead(std::size_t limit) {
  const std::size_t most = std::min(limit, kLookMax);
  auto work = [this, most](Session& session) -> Result<std::vector<DeadMessage>> {
    std::vector<DeadMessage> dead;
    look_at_dead(impl_->link.options(), session, most, [&dead](const Delivered& each) {
      dead.push_back(as_dead(each.message));
      return Next::another;
    });
    return dead;
  };
  auto dead = co_await impl_->link.run(std::move(work));
  co_return dead;
}

Task<Result<std::optional<DeadMessage>>> RabbitQueueAdmin::find_dead(
    const std::string& message_id) {
  auto work = [this, &message_id](Session& session) -> Result<std::optional<DeadMessage>> {
    std::optional<DeadMessage> found;
    look_at_dead(impl_->link.options(), session, kLookMax,
                 [&found, &message_id](const Delivered& each) {
                   if (name_of(each.message) != message_id) return Next::another;
                   found = as_dead(each.message);
                   return Next::enough;
                 });
    return found;
  };
  auto found = co_await impl_->link.run(std::move(work));
  co_return found;
}

Task<Result<bool>> RabbitQueueAdmin::requeue_dead(const std::string& message_id,
                                                  const Trace& asked_by) {
  auto work = [this, &message_id, &asked_by](Session& session) -> Result<bool> {
    Result<bool> requeued = false;
    look_at_dead(impl_->link.options(), session, kLookMax, [&](const Delivered& each) {
      if (name_of(each.message) != message_id) return Next::another;
      // A copy first: whatever happens in between, it is in one of the two queues.
      Message copy = each.message;
      copy.attempt = 0;
      copy.failing_since.clear();
      copy.reason.clear();
      copy.dead_since.clear();
      if (!asked_by.traceparent.empty()) copy.trace = asked_by;
      const auto published = as_result(session.publish(impl_->link.options().queue, copy));
      if (!published) {
        requeued = published.error();
        return Next::enough;
      }
      session.acknowledge(each.tag);
      requeued = true;
      return Next::gone;
    });
    return requeued;
  };
  // Not const: as a const one that is moved from, a Result<bool> becomes the bool whether it has
  // one.
  auto requeued = co_await impl_->link.run(std::move(work));
  co_return requeued;
}

Task<Result<bool>> RabbitQueueAdmin::drop_dead(const std::string& message_id) {
  auto work = [this, &message_id](Session& session) -> Result<bool> {
    bool dropped = false;
    look_at_dead(impl_->link.options(), session, kLookMax, [&](const Delivered& each) {
      if (name_of(each.message) != message_id) return Next::another;
      session.acknowledge(each.tag);
      dropped = true;
      return Next::gone;
    });
    return dropped;
  };
  auto dropped = co_await impl_->link.run(std::move(work));
  co_return dropped;
}

Task<Result<void>> RabbitQueueAdmin::connected(std::chrono::milliseconds most) {
  using Timer = boost::asio::basic_waitable_timer<
      std::chrono::steady_clock, boost::asio::wait_traits<std::chrono::steady_clock>, Executor>;
  Timer timer(co_await boost::asio::this_coro::executor);
  const auto deadline = std::chrono::steady_clock::now() + most;
  for (;;) {
    const auto status = impl_->link.status();
    if (status.connected) co_return Result<void>();
    if (std::chrono::steady_clock::now() >= deadline) {
      co_return Error(ErrorCode::queue_unavailable, status.last_error);
    }
    timer.expires_after(std::chrono::milliseconds{20});
    const boost::asio::use_awaitable_t<Executor> token;
    co_await timer.async_wait(token);
  }
}

ConnectionStatus RabbitQueueAdmin::status() const {
  return impl_->link.status();
}

}  // namespace invoicing::rabbitmq
