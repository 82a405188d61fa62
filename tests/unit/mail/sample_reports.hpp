#pragma once
// Reports as they come: what the tests look at and what write_samples shows.

#include "domain/sales_report.hpp"

namespace invoicing::mail::samples {

Currency currency(const char* code);
Instant instant(const char* rfc3339);
Day day(const char* iso);

/// Report 12 of 2026-11-22 in Europe/Berlin: EUR and USD, 37 SKUs, a void, two corrections, one
/// more pending, a day before, a week before, 14 days of history with a gap.
SalesReport busy_day();
/// One currency, one SKU, nothing else; a day before with sales.
SalesReport plain_day();
SalesReport day_without_sales();
/// Report 1: opening balance, nothing to compare with.
SalesReport first_report();
SalesReport running_day();
/// As the NestJS original sends it.
SalesReport original_report();
/// SKUs, zone and id that try to break out; a SKU of 10,000 characters.
SalesReport hostile_report();
/// `count` SKUs.
SalesReport report_of_skus(int count);

}  // namespace invoicing::mail::samples
