#include "services/standalone/commands.hpp"

#include <utility>

#include "codec/report_json.hpp"
#include "services/common/report_text.hpp"

namespace invoicing::services {

namespace {

CommandOutcome failed(const std::string& doing, const Error& error) {
  return {1, doing + ": " + error.detail() + "\n"};
}

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
  co_return CommandOutcome{1,
                           "not everything could be mailed (the log says why); it stays queued\n"};
}

Task<CommandOutcome> close(StandaloneParts& parts, bool serving) {
  const auto sealed = co_await parts.close_days.close_due(Backlog::accept);
  if (!sealed) co_return failed("closing", sealed.error());
  const auto published = co_await parts.publish_reports.publish_open();
  if (!published) co_return failed("publishing", published.error());
  CommandOutcome outcome{0, "closed " + std::to_string(*sealed) + " business day(s)\n"};
  if (!serving) {
    const CommandOutcome mailed = co_await send_mails(parts);
    outcome.exit_code = mailed.exit_code;
    outcome.text += mailed.text;
  }
  co_return outcome;
}

Task<CommandOutcome> preview(StandaloneParts& parts) {
  const auto report = co_await parts.preview_day.running_day();
  if (!report) co_return failed("preview", report.error());
  co_return CommandOutcome{0, report_text(*report)};
}

Task<CommandOutcome> mail_preview(StandaloneParts& parts, bool serving) {
  const auto report = co_await parts.preview_day.running_day();
  if (!report) co_return failed("preview", report.error());
  const ReportMessage message{"preview-" + parts.ids.next(parts.clock.now()).to_hex(),
                              codec::write_report_message(*report)};
  const auto queued = co_await parts.queue.publish(message);
  if (!queued) co_return failed("preview", queued.error());
  if (serving) co_return CommandOutcome{0, "the preview is on its way to the mailbox\n"};
  auto mailed = co_await send_mails(parts);
  co_return mailed;
}

Task<CommandOutcome> audit(StandaloneParts& parts, bool mark) {
  const auto result = co_await parts.audit_books.audit();
  if (!result) co_return failed("audit", result.error());
  CommandOutcome outcome{result->has_differences() ? 1 : 0, audit_text(*result)};
  if (mark && result->has_differences()) {
    const auto marked = co_await parts.audit_books.mark(*result);
    if (!marked) co_return failed("audit --mark", marked.error());
    outcome.text += "marked: the next closing corrects what differs\n";
  }
  co_return outcome;
}

}  // namespace

Task<CommandOutcome> run_command(StandaloneParts& parts, std::string words, bool serving) {
  CommandOutcome outcome{2, "unknown command: " + words + "\n"};
  if (words == "close") outcome = co_await close(parts, serving);
  if (words == "preview") outcome = co_await preview(parts);
  if (words == "preview --mail") outcome = co_await mail_preview(parts, serving);
  if (words == "audit") outcome = co_await audit(parts, false);
  if (words == "audit --mark") outcome = co_await audit(parts, true);
  co_return outcome;
}

}  // namespace invoicing::services
