#include "services/report_generator/commands.hpp"

#include <chrono>

#include "app/open_books.hpp"
#include "ops/log.hpp"
#include "services/common/book_commands.hpp"
#include "services/split/clock_check.hpp"

namespace invoicing::services {

namespace {

constexpr std::chrono::milliseconds kBrokerWait{10'000};

// A closing whose report cannot go out yet is a closing all the same: the report waits, and a
// running generator brings it away.
Task<CommandOutcome> close(GeneratorParts& parts) {
  const auto opened =
      co_await open_books(parts.reports, parts.options.business.calendar, parts.clock);
  if (!opened) co_return failed("closing", opened.error());
  const auto adopted = co_await parts.adopt();
  if (!adopted) co_return failed("closing", adopted.error());
  const auto connected = co_await parts.connect_broker(kBrokerWait);
  if (!connected) {
    ops::log::warning("waiting for rabbitmq", {{"reason", connected.error().detail()}});
  }
  auto outcome = co_await close_and_publish(parts.close_days, parts.publish_reports);
  if (outcome.exit_code != 0) co_return outcome;
  const auto waiting = co_await parts.reports.open_entries();
  if (!waiting) co_return failed("publishing", waiting.error());
  for (const OutboxEntry& entry : *waiting) {
    const bool leased = entry.lease_until && *entry.lease_until > parts.clock.now();
    if (entry.state != OutboxState::sealed || leased) continue;
    outcome.exit_code = kFailed;
    outcome.text += "report " + std::to_string(entry.number) + " is not on the queue yet: " +
                    (entry.last_error.empty() ? "another generator is at it" : entry.last_error) +
                    "\n";
  }
  co_return outcome;
}

Task<CommandOutcome> publish(GeneratorParts& parts) {
  const auto connected = co_await parts.connect_broker(kBrokerWait);
  if (!connected) co_return failed("preview --publish", connected.error());
  const auto adopted = co_await parts.adopt();
  if (!adopted) co_return failed("preview --publish", adopted.error());
  auto outcome =
      co_await publish_preview(parts.preview_day, *parts.publisher, parts.ids, parts.clock);
  if (outcome.exit_code == 0) outcome.text = "the preview is on its way to the mailbox\n";
  co_return outcome;
}

}  // namespace

Task<CommandOutcome> run_command(GeneratorParts& parts, std::string words) {
  const auto reached = co_await reach_mongo(*parts.client, parts.clock);
  if (!reached) co_return failed(words, reached.error());
  const bool reads_only = words == "preview" || words == "audit";
  if (!reads_only) {
    const auto agrees =
        co_await compare_clocks(*parts.client, parts.clock, parts.options.clock_tolerance);
    if (!agrees) co_return failed(words, agrees.error());
  }
  CommandOutcome outcome{kWrongUse, "unknown command: " + words + "\n"};
  if (words == "close") outcome = co_await close(parts);
  if (words == "preview") outcome = co_await show_preview(parts.preview_day);
  if (words == "preview --publish") outcome = co_await publish(parts);
  if (words == "audit") outcome = co_await audit_and_mark(parts.audit_books, false);
  if (words == "audit --mark") outcome = co_await audit_and_mark(parts.audit_books, true);
  co_return outcome;
}

}  // namespace invoicing::services
