#pragma once
// Opaque cursors of lists: URL-safe text that names a position and the query it belongs to.

#include <string>
#include <string_view>

#include "domain/result.hpp"
#include "domain/sales_report.hpp"
#include "ports/activity_log.hpp"
#include "ports/invoice_store.hpp"

namespace invoicing::codec {

/// URL-safe, without padding. The cursor carries the order and a check sum over the query's
/// filters.
std::string write_cursor(const InvoicePosition& position, const InvoiceQuery& query);

/// Error invalid_cursor: not written by write_cursor, or for a query with other filters or order.
Result<InvoicePosition> read_cursor(std::string_view text, const InvoiceQuery& query);

/// The cursor of GET /reports: the page goes on with the reports before `before`.
std::string write_report_cursor(ReportNumber before);

/// Error invalid_cursor: not written by write_report_cursor.
Result<ReportNumber> read_report_cursor(std::string_view text);

/// The cursor of GET /activity: the page goes on with what is older than `position`.
std::string write_activity_cursor(const ActivityPosition& position);

/// Error invalid_cursor: not written by write_activity_cursor.
Result<ActivityPosition> read_activity_cursor(std::string_view text);

}  // namespace invoicing::codec
