#include "services/common/book_commands.hpp"

#include "codec/report_json.hpp"
#include "services/common/report_text.hpp"

namespace invoicing::services {

CommandOutcome failed(const std::string& doing, const Error& error) {
  return {kFailed, doing + ": " + error.detail() + "\n"};
}

Task<CommandOutcome> close_and_publish(CloseDays& close, PublishReports& publish) {
  const auto sealed = co_await close.close_due(Backlog::accept);
  if (!sealed) co_return failed("closing", sealed.error());
  const auto published = co_await publish.publish_open();
  if (!published) co_return failed("publishing", published.error());
  co_return CommandOutcome{0, "closed " + std::to_string(*sealed) + " business day(s)\n"};
}

Task<CommandOutcome> show_preview(PreviewDay& preview) {
  const auto report = co_await preview.running_day();
  if (!report) co_return failed("preview", report.error());
  co_return CommandOutcome{0, report_text(*report)};
}

Task<CommandOutcome> publish_preview(PreviewDay& preview, ReportPublisher& queue,
                                     InvoiceIdGenerator& ids, Clock& clock) {
  const auto report = co_await preview.running_day();
  if (!report) co_return failed("preview", report.error());
  const ReportMessage message{"preview-" + ids.next(clock.now()).to_hex(),
                              codec::write_report_message(*report)};
  const auto queued = co_await queue.publish(message);
  if (!queued) co_return failed("preview", queued.error());
  co_return CommandOutcome{};
}

Task<CommandOutcome> audit_and_mark(AuditBooks& books, bool mark) {
  const auto result = co_await books.audit();
  if (!result) co_return failed("audit", result.error());
  CommandOutcome outcome{result->has_differences() ? kFailed : 0, audit_text(*result)};
  if (mark && result->has_differences()) {
    const auto marked = co_await books.mark(*result);
    if (!marked) co_return failed("audit --mark", marked.error());
    outcome.text += "marked: the next closing corrects what differs\n";
  }
  co_return outcome;
}

}  // namespace invoicing::services
