#include "sqlite/report_writes.hpp"

#include <charconv>
#include <set>

#include "sqlite/time_columns.hpp"

namespace invoicing::sqlite {
namespace {

constexpr std::string_view kInsertReport =
    "INSERT INTO reports VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)";
constexpr std::string_view kInsertEntry =
    "INSERT INTO outbox VALUES (?1, ?2, 0, 1, 0, '', ?3, NULL, NULL, NULL, '', '')";

/// Every window that the report speaks of.
std::set<ReportNumber> windows_of(const SalesReport& report) {
  std::set<ReportNumber> windows{report.number};
  for (const auto& correction : report.corrections) windows.insert(correction.number);
  if (report.opening_balance) windows.insert(report.opening_balance->number);
  return windows;
}

/// The next closing asks what changed since the report that is being sealed now, an audit perhaps
/// since the one before; older notes of late changes have done their work.
void remove_old_late_changes(WriteSession& session, ReportNumber number) {
  {
    auto rows = session.connection.prepared("SELECT sequence FROM reports WHERE number = ?1")
                    .query(number - 2);
    if (!rows.next() || rows.integer(0) <= session.state.late_kept_after) return;
    session.state.late_kept_after = rows.integer(0);
  }
  session.connection.prepared("DELETE FROM late_changes WHERE sequence <= ?1")
      .execute(session.state.late_kept_after);
}

}  // namespace

Result<void> seal_report(WriteSession& session, const SalesReport& report, const std::string& json,
                         const std::vector<ReportNumber>& settled_marks) {
  auto& connection = session.connection;
  {
    auto last = connection.prepared("SELECT max(number) FROM reports").query();
    if (!last.next() || report.number != last.integer(0) + 1) {
      return Error(ErrorCode::number_taken, "A report with this number is there already.");
    }
  }
  insert_report(connection, report, json, session.state.sequence);
  connection.prepared(kInsertEntry)
      .execute(report.number, report.report_id, to_ms(report.generated_at));
  for (const ReportNumber mark : settled_marks) {
    connection.prepared("DELETE FROM marked_windows WHERE number = ?1").execute(mark);
  }
  session.state.sealed_to = to_ms(report.window.to);
  remove_old_late_changes(session, report.number);
  return {};
}

void insert_report(Connection& connection, const SalesReport& report, const std::string& json,
                   std::int64_t sequence) {
  const std::string pending = join_numbers(report.pending);
  connection.prepared(kInsertReport)
      .execute(report.number, report.report_id, to_days(report.business_day),
               to_ms(report.window.from), to_ms(report.window.to), to_ms(report.mark.seen_until),
               report.mark.sequence, sequence, pending, json);
  for (const ReportNumber window : windows_of(report)) {
    connection.prepared("INSERT INTO report_windows VALUES (?1, ?2)")
        .execute(window, report.number);
  }
}

std::string join_numbers(const std::vector<ReportNumber>& numbers) {
  std::string text;
  for (const ReportNumber number : numbers) {
    if (!text.empty()) text += ',';
    text += std::to_string(number);
  }
  return text;
}

std::vector<ReportNumber> split_numbers(std::string_view text) {
  std::vector<ReportNumber> numbers;
  const char* at = text.data();
  const char* const end = at + text.size();
  while (at < end) {
    ReportNumber number = 0;
    const auto [stop, error] = std::from_chars(at, end, number);
    if (error != std::errc()) break;
    numbers.push_back(number);
    at = stop + 1;
  }
  return numbers;
}

}  // namespace invoicing::sqlite
