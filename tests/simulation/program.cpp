#include "tests/simulation/program.hpp"

#include <utility>
#include <variant>

namespace invoicing::simulation {

namespace {

DeliverOptions deliver_options(const Configuration& configuration, Random& random) {
  DeliverOptions options;
  options.recipients = configuration.recipients;
  options.give_up_after = configuration.give_up_after;
  options.jitter_seed = random.next();
  return options;
}

}  // namespace

void TracingObserver::observe(const Event& event) {
  line_.world.trace.note(line_.name, [&]() -> std::string {
    if (const auto* failed = std::get_if<ClosingFailed>(&event)) {
      return "closing failed: " + failed->reason;
    }
    if (const auto* failed = std::get_if<PublishingFailed>(&event)) {
      return "publishing failed: " + failed->reason;
    }
    if (const auto* deferred = std::get_if<MailDeferred>(&event)) {
      return "mail " + deferred->message_id + " later, in " +
             std::to_string(deferred->delay.count()) + " ms: " + deferred->detail;
    }
    if (const auto* lost = std::get_if<MailGivenUp>(&event)) {
      return "mail " + lost->message_id + " " + lost->detail;
    }
    if (const auto* dead = std::get_if<MessageDead>(&event)) return "parked " + dead->message_id;
    if (const auto* broken = std::get_if<DeliveryInterrupted>(&event)) {
      return "delivery interrupted: " + broken->reason;
    }
    return "event " + std::to_string(event.index());
  });
}

Program::Program(Surroundings& world, Durable& durable, ProcessId id, std::string name,
                 Milliseconds off, const Configuration& configuration)
    : line{world, id, std::move(name), ProcessClock(world.scheduler, id, off)},
      calendar(*BusinessCalendar::create(configuration.zone, configuration.cut_off)),
      invoices(line, durable.invoices),
      sales(line, durable.sales),
      reports(line, durable.reports, calendar),
      outbox(line, durable.reports),
      queue(line, durable.queue),
      ledger(line, durable.ledger),
      mail(line),
      observer(line),
      ids(world.random.next()),
      create(invoices, line.clock, ids),
      make_void(invoices, line.clock),
      close({reports, sales, line.clock, observer, ids}, calendar, Currency(),
            configuration.max_report_bytes),
      publish(reports, outbox, ledger, queue, line.clock, observer),
      deliver({queue, ledger, outbox, renderer, mail, line.clock, observer},
              deliver_options(configuration, world.random)),
      delivery(outbox, ledger, queue),
      audit(reports, sales, line.clock),
      preview(reports, sales, line.clock, calendar, Currency(), configuration.max_report_bytes) {}

}  // namespace invoicing::simulation
