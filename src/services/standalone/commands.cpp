#include "services/standalone/commands.hpp"

#include <utility>

#include "services/common/book_commands.hpp"
#include "services/common/key_commands.hpp"

namespace invoicing::services {

namespace {

Task<CommandOutcome> send_mails(StandaloneParts& parts) {
  const auto before = co_await parts.queue.depth();
  if (!before) co_return failed("mailing", before.error());
  // The queue is worked off until nothing is due; what has to wait stays for the next start.
  for (;;) {
    const auto delivered = co_await parts.deliver_report.deliver_next(std::chrono::milliseconds{0});
    if (!delivered) co_return failed("mailing", delivered.error());
    if (!*delivered) break;
  }
  const auto depth = co_await parts.queue.depth();
  if (!depth) co_return failed("mailing", depth.error());
  // Letters that were dead before are no failure of this command.
  if (depth->delayed == 0 && depth->dead <= before->dead) co_return CommandOutcome{0, "mailed\n"};
  co_return CommandOutcome{kFailed,
                           "not everything could be mailed (the log says why); it stays queued\n"};
}

Task<CommandOutcome> close(StandaloneParts& parts, bool serving) {
  auto outcome = co_await close_and_publish(parts.close_days, parts.publish_reports);
  if (outcome.exit_code != 0 || serving) co_return outcome;
  const CommandOutcome mailed = co_await send_mails(parts);
  outcome.exit_code = mailed.exit_code;
  outcome.text += mailed.text;
  co_return outcome;
}

Task<CommandOutcome> mail_preview(StandaloneParts& parts, bool serving) {
  const auto queued =
      co_await publish_preview(parts.preview_day, parts.queue, parts.ids, parts.clock);
  if (queued.exit_code != 0) co_return queued;
  if (serving) co_return CommandOutcome{0, "the preview is on its way to the mailbox\n"};
  auto mailed = co_await send_mails(parts);
  co_return mailed;
}

}  // namespace

Task<CommandOutcome> run_command(StandaloneParts& parts, std::string words, bool serving) {
  if (auto command = key_command_of(words)) {
    auto done = co_await run_key_command(parts.keys, parts.clock, *std::move(command));
    co_return done;
  }
  CommandOutcome outcome{kWrongUse, "unknown command: " + words + "\n"};
  if (words == "close") outcome = co_await close(parts, serving);
  if (words == "preview") outcome = co_await show_preview(parts.preview_day);
  if (words == "preview --mail") outcome = co_await mail_preview(parts, serving);
  if (words == "audit") outcome = co_await audit_and_mark(parts.audit_books, false);
  if (words == "audit --mark") outcome = co_await audit_and_mark(parts.audit_books, true);
  co_return outcome;
}

}  // namespace invoicing::services
