#pragma once
// Sales reports as JSON text: the message on the queue and the answer of GET /reports, as
// api/daily_sales_report.schema.json has them.

#include <string>
#include <string_view>

#include "domain/result.hpp"
#include "domain/sales_report.hpp"

namespace invoicing::codec {

/// The `data` of a report, one JSON object without blanks. For an unsealed report (the running day)
/// "sealed":false stands first and number is the one it would get; a sealed one has no such member.
std::string write_report(const SalesReport& report);

/// Reads `data` back, exactly: read_report(write_report(r)) == r but for mark.sequence, which is
/// not in it (nor are report_id and mark of an unsealed one). Unknown members are ignored. Figures
/// up to 10^36 are taken, more than any store can hold. Error stored_data_invalid names the member
/// at fault.
Result<SalesReport> read_report(std::string_view json);

/// The message body: {"pattern":"daily_sales_report","data":…}.
std::string write_report_message(const SalesReport& report);

/// A received message body. Accepts the envelope (`pattern` a string or an object) and bare data;
/// a report of the NestJS original (`generatedAt`, `totalSales`, `totalSkuQuantities` alone) gets
/// number 0, an empty window and an empty report_id; its business day is the UTC day of
/// `generatedAt`, its amount is rounded to the digits of `original_currency`. Error malformed_json
/// or validation_failed: the message can never be read.
Result<SalesReport> read_report_message(std::string_view body,
                                        const Currency& original_currency = Currency());

}  // namespace invoicing::codec
