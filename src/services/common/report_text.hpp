#pragma once
// Reports and audits as lines for a terminal.

#include <string>

#include "app/audit_books.hpp"
#include "domain/sales_report.hpp"

namespace invoicing::services {

std::string report_text(const SalesReport& report);
std::string audit_text(const AuditResult& result);

}  // namespace invoicing::services
