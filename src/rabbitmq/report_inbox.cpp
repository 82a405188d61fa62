#include "rabbitmq/report_inbox.hpp"

#include <algorithm>

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/this_coro.hpp>

#include "rabbitmq/publish_result.hpp"
#include "rabbitmq/report_inbox_impl.hpp"
#include "rabbitmq/topology.hpp"

namespace invoicing::rabbitmq {
namespace {

// Headers travel in one frame, and an operator reads them.
constexpr std::size_t kReasonBytesMax = 1'000;

std::string shortened(const std::string& reason) {
  if (reason.size() <= kReasonBytesMax) return reason;
  std::size_t end = kReasonBytesMax;
  while (end > 0 && (static_cast<unsigned char>(reason[end]) & 0xC0U) == 0x80U) --end;
  return reason.substr(0, end) + "…";
}

Error lost_meanwhile() {
  return Error(ErrorCode::queue_unavailable,
               "The connection was lost meanwhile; the message is delivered again.");
}

Task<bool> is_cancelled() {
  const auto state = co_await boost::asio::this_coro::cancellation_state;
  co_return state.cancelled() != boost::asio::cancellation_type::none;
}

}  // namespace

RabbitReportInbox::Impl::Impl(RabbitOptions options, Clock& used_clock)
    : clock(used_clock),
      publisher(options, "forwarder",
                {.connected = [this](Session& s) { declare_all(publisher.options(), s); },
                 .received = {},
                 .lost = {}}),
      consumer(options, "consumer",
               {.connected =
                    [this](Session& session) {
                      declare_main(consumer.options(), session);
                      session.consume(consumer.options().queue, consumer.options().prefetch);
                    },
                .received =
                    [this](Session& session) {
                      auto delivered = session.take_delivered();
                      if (delivered.empty()) return;
                      messages.add(std::move(delivered));
                      wake_list.notify_all();
                    },
                .lost = [this] { messages.lose_all(); }}) {}

Task<Result<void>> RabbitReportInbox::Impl::catch_up() {
  auto work = [this](Session& session) -> Result<void> {
    // The first answer comes after the queue has sent its deliveries to our channel, the second
    // after the channel has sent them to us.
    declare_main(consumer.options(), session);
    declare_main(consumer.options(), session);
    session.pump();
    return {};
  };
  const auto caught_up = co_await consumer.run(std::move(work));
  co_return caught_up;
}

Task<Result<std::optional<ReceivedMessage>>> RabbitReportInbox::Impl::wait_for_message(
    std::chrono::milliseconds wait) {
  using boost::asio::experimental::awaitable_operators::operator||;
  const Executor executor = co_await boost::asio::this_coro::executor;
  const Instant begin = clock.now();
  const Instant deadline = begin + wait;
  if (messages.counts().waiting == 0) co_await catch_up();
  for (;;) {
    const auto waiter = wake_list.enrol(executor);
    const bool cancelled = co_await is_cancelled();
    if (cancelled) co_return std::optional<ReceivedMessage>();
    auto message = co_await take();
    if (!message || *message) co_return message;
    if (is_over(begin, wait, clock.now())) co_return std::optional<ReceivedMessage>();
    co_await (waiter->wait() || clock.sleep_until(deadline));
  }
}

Task<Result<std::optional<ReceivedMessage>>> RabbitReportInbox::Impl::take() {
  const std::size_t most = consumer.options().body_bytes_max;
  while (auto held = messages.take()) {
    if (held->message.body.size() <= most) {
      ++received;
      co_return ReceivedMessage{
          .tag = held->tag,
          .message = {std::move(held->message.message_id), std::move(held->message.body),
                      std::move(held->message.trace)},
          .attempt = std::max<std::int64_t>(held->message.attempt, 1),
          .failing_since = parse_rfc3339(held->message.failing_since)};
    }
    Held large;
    if (messages.begin_settling(held->tag, large) != HeldMessages::Settling::ours) continue;
    Message copy = copy_of(large, "the message is larger than " + std::to_string(most) + " bytes");
    copy.dead_since = format_instant(clock.now());
    copy.reply_to.clear();
    const auto buried = co_await move_to(dead_queue(consumer.options()), large, copy);
    // It has been given back and comes again at once: the caller says when to go on.
    if (!buried) co_return buried.error();
    ++dead_lettered;
    co_await reply(large.message, false);
  }
  co_return std::optional<ReceivedMessage>();
}

Message RabbitReportInbox::Impl::copy_of(const Held& held, const std::string& reason) const {
  Message copy = held.message;
  copy.attempt = std::max<std::int64_t>(copy.attempt, 1);
  copy.reason = shortened(reason);
  copy.dead_since.clear();
  return copy;
}

Task<Result<void>> RabbitReportInbox::Impl::move_to(const std::string& queue, const Held& held,
                                                    const Message& copy) {
  auto publish = [this, &queue, &copy](Session& session) {
    auto outcome = session.publish(queue, copy);
    if (outcome.confirmation == Confirmation::returned) {
      // Deleted since we connected; a copy in a queue made anew is as good.
      declare_all(publisher.options(), session);
      outcome = session.publish(queue, copy);
    }
    return as_result(outcome);
  };
  const auto published = co_await publisher.run(std::move(publish));
  if (!published) {
    co_await give_back(held);
    co_return published.error();
  }
  const auto settled = co_await acknowledge(held);
  co_return settled;
}

Task<Result<void>> RabbitReportInbox::Impl::acknowledge(const Held& held) {
  auto work = [this, &held](Session& session) -> Result<void> {
    if (!messages.is_current(held.connection)) return lost_meanwhile();
    session.acknowledge(held.delivery_tag);
    return {};
  };
  const auto settled = co_await consumer.run(std::move(work));
  co_return settled;
}

Task<void> RabbitReportInbox::Impl::give_back(const Held& held) {
  auto work = [this, &held](Session& session) -> Result<void> {
    if (messages.is_current(held.connection)) session.give_back(held.delivery_tag);
    return {};
  };
  // Not reached, the broker takes it back itself.
  [[maybe_unused]] const auto given = co_await consumer.run(std::move(work));
}

Task<void> RabbitReportInbox::Impl::reply(const Message& message, bool delivered) {
  if (message.reply_to.empty()) co_return;
  Message answer;
  answer.content_type = "application/json";
  answer.correlation_id = message.correlation_id;
  answer.body = delivered ? R"({"response":true,"isDisposed":true})"
                          : R"({"err":"the report cannot be delivered","isDisposed":true})";
  auto work = [&message, &answer](Session& session) -> Result<void> {
    session.send(message.reply_to, answer);
    return {};
  };
  // Whoever asked may be gone; that is no reason to fail.
  [[maybe_unused]] const auto sent = co_await publisher.run(std::move(work));
}

RabbitReportInbox::RabbitReportInbox(RabbitOptions options, Clock& clock)
    : impl_(std::make_unique<Impl>(std::move(options), clock)) {}

RabbitReportInbox::~RabbitReportInbox() = default;

Task<Result<std::optional<ReceivedMessage>>> RabbitReportInbox::receive(
    std::chrono::milliseconds wait) {
  // Nothing may be thrown for a cancellation between taking a message and returning it. The setting
  // belongs to the caller's whole stack.
  const bool throws = co_await boost::asio::this_coro::throw_if_cancelled();
  co_await boost::asio::this_coro::throw_if_cancelled(false);
  auto message = co_await impl_->wait_for_message(wait);
  co_await boost::asio::this_coro::throw_if_cancelled(throws);
  co_return message;
}

Task<Result<void>> RabbitReportInbox::acknowledge(std::int64_t tag) {
  Held held;
  const auto settling = impl_->messages.begin_settling(tag, held);
  if (settling == HeldMessages::Settling::lost) co_return lost_meanwhile();
  if (settling == HeldMessages::Settling::unknown) co_return Result<void>();
  const auto settled = co_await impl_->acknowledge(held);
  if (!settled) co_return settled.error();
  ++impl_->acknowledged;
  co_await impl_->reply(held.message, true);
  co_return settled;
}

Task<Result<void>> RabbitReportInbox::retry(std::int64_t tag, std::chrono::milliseconds delay,
                                            const std::string& reason) {
  Held held;
  const auto settling = impl_->messages.begin_settling(tag, held);
  if (settling == HeldMessages::Settling::lost) co_return lost_meanwhile();
  if (settling == HeldMessages::Settling::unknown) co_return Result<void>();
  Message copy = impl_->copy_of(held, reason);
  ++copy.attempt;
  const Instant now = impl_->clock.now();
  copy.failing_since =
      format_instant(std::min(parse_rfc3339(held.message.failing_since).value_or(now), now));
  const RabbitOptions& options = impl_->consumer.options();
  const std::string queue =
      delay > std::chrono::milliseconds::zero() ? delay_queue(options, delay) : options.queue;
  const auto moved = co_await impl_->move_to(queue, held, copy);
  if (moved) ++impl_->retried;
  co_return moved;
}

Task<Result<void>> RabbitReportInbox::dead_letter(std::int64_t tag, const std::string& reason) {
  Held held;
  const auto settling = impl_->messages.begin_settling(tag, held);
  if (settling == HeldMessages::Settling::lost) co_return lost_meanwhile();
  if (settling == HeldMessages::Settling::unknown) co_return Result<void>();
  Message copy = impl_->copy_of(held, reason);
  copy.dead_since = format_instant(impl_->clock.now());
  // It gets its answer now, not when an operator puts it back.
  copy.reply_to.clear();
  const auto moved = co_await impl_->move_to(dead_queue(impl_->consumer.options()), held, copy);
  if (!moved) co_return moved.error();
  ++impl_->dead_lettered;
  co_await impl_->reply(held.message, false);
  co_return moved;
}

InboxStats RabbitReportInbox::stats() const {
  const auto held = impl_->messages.counts();
  return {.consumer = impl_->consumer.status(),
          .publisher = impl_->publisher.status(),
          .received = impl_->received,
          .acknowledged = impl_->acknowledged,
          .retried = impl_->retried,
          .dead_lettered = impl_->dead_lettered,
          .waiting = held.waiting,
          .unacknowledged = held.out};
}

}  // namespace invoicing::rabbitmq
