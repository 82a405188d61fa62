#pragma once
// Invoices as CSV (RFC 4180), one row per item, safe to open in a spreadsheet.

#include <string>

#include "domain/invoice.hpp"
#include "domain/sales_report.hpp"

namespace invoicing::codec {

/// The header row with CRLF: id,date,customer,reference,status,currency,amount,item,sku,qt,
/// recordedAt,voidedAt,voidReason.
std::string csv_header();
/// The rows of one invoice, one per item (`item` counts from 1), CRLF each. A text cell that starts
/// with = + - @ TAB or CR gets a leading apostrophe (numbers that we write ourselves do not).
void append_csv_rows(std::string& out, const Invoice& invoice);

/// All quantities of a report, for the mail's attachment: sku,qt.
std::string write_sku_csv(const SalesReport& report);

}  // namespace invoicing::codec
