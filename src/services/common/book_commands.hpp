#pragma once
// The operator's commands on the books that standalone and generator share. Each works through
// ports alone, so that it does not matter what stands behind them.

#include <string>

#include "app/audit_books.hpp"
#include "app/close_days.hpp"
#include "app/preview_day.hpp"
#include "app/publish_reports.hpp"
#include "async/task.hpp"
#include "domain/invoice_id.hpp"
#include "ports/clock.hpp"
#include "ports/report_queue.hpp"
#include "services/common/command_outcome.hpp"

namespace invoicing::services {

/// "closing: the reason", exit code 1.
CommandOutcome failed(const std::string& doing, const Error& error);

/// Closes every day that is due, however many, and publishes what waits.
Task<CommandOutcome> close_and_publish(CloseDays& close, PublishReports& publish);

Task<CommandOutcome> show_preview(PreviewDay& preview);

/// Puts the running day on the queue, marked as a preview; says nothing when that is done.
Task<CommandOutcome> publish_preview(PreviewDay& preview, ReportPublisher& queue,
                                     InvoiceIdGenerator& ids, Clock& clock);

/// With `mark` the next closing corrects what differs.
Task<CommandOutcome> audit_and_mark(AuditBooks& books, bool mark);

}  // namespace invoicing::services
