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

/// Adds the report itself and the windows that it speaks of, without an outbox entry. `sequence`:
/// what the store had counted up to when it was sealed.
void insert_report(Connection& connection, const SalesReport& report, const std::string& json,
                   std::int64_t sequence);

/// "3,7,12" and back.
std::string join_numbers(const std::vector<ReportNumber>& numbers);
std::vector<ReportNumber> split_numbers(std::string_view text);

}  // namespace invoicing::sqlite
