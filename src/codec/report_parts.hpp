#pragma once
// Parts of a report's JSON that the full form and the summary share.

#include <string>
#include <vector>

#include "domain/sales_report.hpp"

namespace invoicing::codec {

/// `"number":…` to `"currency":…`, without braces.
void append_report_head(std::string& out, const SalesReport& report);

/// The day's amount in the report's currency.
void append_total_sales(std::string& out, const SalesReport& report);

/// `[{"currency","invoices","amount","voids"}, …]`.
void append_totals(std::string& out, const std::vector<CurrencyTotal>& totals);

}  // namespace invoicing::codec
