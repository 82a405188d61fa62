#pragma once
// Reads the `data` of a report from checked JSON. Whoever sent it: nothing in it is trusted.

#include "codec/json_tree.hpp"
#include "domain/result.hpp"
#include "domain/sales_report.hpp"

namespace invoicing::codec {

/// The report, or validation_failed with the first fault (its JSON pointer is relative to `value`).
Result<SalesReport> read_report_data(const JsonValue& value);

/// The report of the NestJS original (report_json.hpp says what it lacks); errors as above.
Result<SalesReport> read_original_report(const JsonValue& value, const Currency& currency);

}  // namespace invoicing::codec
