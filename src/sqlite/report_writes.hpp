#pragma once
// The statements behind the reports. Inside the caller's transaction; all throw SqlError.

#include <string>
#include <vector>

#include "ports/report_store.hpp"
#include "sqlite/writer.hpp"

namespace invoicing::sqlite {

/// `json`: write_report(report). Error number_taken, nothing written.
Result<void> seal_report(WriteSession& session, const SalesReport& report, const std::string& json,
                         const std::vector<ReportNumber>& settled_marks);

/// "3,7,12" and back.
std::string join_numbers(const std::vector<ReportNumber>& numbers);
std::vector<ReportNumber> split_numbers(std::string_view text);

}  // namespace invoicing::sqlite
