#include "rabbitmq/report_publisher.hpp"

#include <atomic>

#include "rabbitmq/link.hpp"
#include "rabbitmq/publish_result.hpp"
#include "rabbitmq/topology.hpp"

namespace invoicing::rabbitmq {

struct RabbitReportPublisher::Impl {
  explicit Impl(RabbitOptions options)
      : link(std::move(options), "publisher",
             {.connected = [this](Session& session) { declare_main(link.options(), session); },
              .received = {},
              .lost = {}}) {}

  void count(const PublishOutcome& outcome) {
    switch (outcome.confirmation) {
      case Confirmation::confirmed:
        ++confirmed;
        return;
      case Confirmation::returned:
        ++returned;
        return;
      case Confirmation::refused:
        ++refused;
        return;
      case Confirmation::unknown:
        ++unconfirmed;
        return;
      case Confirmation::blocked:
        return;
    }
  }

  /// Publishes once. A returned message means that the queue was deleted: it is declared, so that
  /// the next attempt finds it.
  PublishOutcome publish(Session& session, const Message& message) {
    PublishOutcome outcome;
    try {
      outcome = session.publish(link.options().queue, message);
    } catch (const ConnectionLost&) {
      ++unconfirmed;
      throw;
    }
    count(outcome);
    if (outcome.confirmation == Confirmation::returned) declare_main(link.options(), session);
    return outcome;
  }

  std::atomic<std::uint64_t> confirmed{0};
  std::atomic<std::uint64_t> returned{0};
  std::atomic<std::uint64_t> refused{0};
  std::atomic<std::uint64_t> unconfirmed{0};
  Link link;
};

RabbitReportPublisher::RabbitReportPublisher(RabbitOptions options)
    : impl_(std::make_unique<Impl>(std::move(options))) {}

RabbitReportPublisher::~RabbitReportPublisher() = default;

Task<Result<void>> RabbitReportPublisher::publish(const ReportMessage& message) {
  Message outgoing;
  outgoing.body = message.body;
  outgoing.content_type = "application/json";
  outgoing.message_id = message.message_id;
  outgoing.trace = message.trace;
  auto work = [this, &outgoing](Session& session) {
    return as_result(impl_->publish(session, outgoing));
  };
  const auto published = co_await impl_->link.run(std::move(work));
  co_return published;
}

PublisherStats RabbitReportPublisher::stats() const {
  return {.connection = impl_->link.status(),
          .confirmed = impl_->confirmed,
          .returned = impl_->returned,
          .refused = impl_->refused,
          .unconfirmed = impl_->unconfirmed};
}

}  // namespace invoicing::rabbitmq
