#include "sqlite/report_store.hpp"

#include "codec/report_json.hpp"
#include "sqlite/engine.hpp"
#include "sqlite/report_writes.hpp"
#include "sqlite/time_columns.hpp"

namespace invoicing::sqlite {
namespace {

constexpr std::string_view kHeadColumns =
    "SELECT number, report_id, business_day, window_from, window_to, seen_until, sequence, pending"
    " FROM reports ";

ReportHead to_head(const Rows& rows) {
  return {.number = rows.integer(0),
          .report_id = std::string(rows.text(1)),
          .business_day = to_day(rows.integer(2)),
          .window = {to_instant(rows.integer(3)), to_instant(rows.integer(4))},
          .mark = {to_instant(rows.integer(5)), rows.integer(6)},
          .pending = split_numbers(rows.text(7))};
}

/// Of a row that begins with json, sequence.
Result<SalesReport> to_report(const Rows& rows) {
  auto report = codec::read_report(rows.text(0));
  if (report) report->mark.sequence = rows.integer(1);
  return report;
}

Result<std::vector<SalesReport>> read_reports(Rows& rows) {
  std::vector<SalesReport> reports;
  while (rows.next()) {
    auto report = to_report(rows);
    if (!report) return report.error();
    reports.push_back(*std::move(report));
  }
  return reports;
}

Result<std::optional<SalesReport>> read_one(Rows&& rows) {
  if (!rows.next()) return std::optional<SalesReport>();
  auto report = to_report(rows);
  if (!report) return report.error();
  return std::optional<SalesReport>(*std::move(report));
}

std::optional<Books> read_books(Connection& connection) {
  auto rows = connection.prepared("SELECT state, opening, opening_day FROM books").query();
  if (!rows.next()) return std::nullopt;
  return Books{.state = static_cast<BooksState>(rows.integer(0)),
               .opening = to_instant(rows.integer(1)),
               .opening_day = to_day(rows.integer(2))};
}

}  // namespace

Task<Result<Books>> SqliteReportStore::open_books(const Books& books) {
  auto work = [&books](WriteSession& session) -> Result<Books> {
    session.connection.prepared("INSERT INTO books VALUES (1, ?1, ?2, ?3) ON CONFLICT DO NOTHING")
        .execute(static_cast<std::int64_t>(books.state), to_ms(books.opening),
                 to_days(books.opening_day));
    auto there = read_books(session.connection);
    if (!there) return Error(ErrorCode::stored_data_invalid, "The books are not there.");
    return *there;
  };
  auto outcome = co_await engine_.write(std::move(work));
  co_return outcome;
}

Task<Result<std::optional<Books>>> SqliteReportStore::books() {
  auto read = [](Connection& connection) -> Result<std::optional<Books>> {
    return read_books(connection);
  };
  auto books = co_await engine_.read(std::move(read));
  co_return books;
}

Task<Result<std::optional<ReportHead>>> SqliteReportStore::last() {
  auto read = [](Connection& connection) -> Result<std::optional<ReportHead>> {
    auto rows =
        connection.prepared(std::string(kHeadColumns) + "ORDER BY number DESC LIMIT 1").query();
    if (!rows.next()) return std::optional<ReportHead>();
    return std::optional<ReportHead>(to_head(rows));
  };
  auto head = co_await engine_.read(std::move(read));
  co_return head;
}

Task<Result<std::vector<ReportHead>>> SqliteReportStore::heads(ReportNumber from) {
  auto read = [from](Connection& connection) -> Result<std::vector<ReportHead>> {
    auto rows =
        connection.prepared(std::string(kHeadColumns) + "WHERE number >= ?1 ORDER BY number")
            .query(from);
    std::vector<ReportHead> heads;
    while (rows.next()) heads.push_back(to_head(rows));
    return heads;
  };
  auto heads = co_await engine_.read(std::move(read));
  co_return heads;
}

Task<Result<void>> SqliteReportStore::seal(const SalesReport& report,
                                           const std::vector<ReportNumber>& settled_marks) {
  const std::string json = codec::write_report(report);
  auto work = [&report, &json, &settled_marks](WriteSession& session) {
    return seal_report(session, report, json, settled_marks);
  };
  auto outcome = co_await engine_.write(std::move(work));
  co_return outcome;
}

Task<Result<std::optional<SalesReport>>> SqliteReportStore::find(ReportNumber number) {
  auto read = [number](Connection& connection) {
    return read_one(
        connection.prepared("SELECT json, sequence FROM reports WHERE number = ?1").query(number));
  };
  auto report = co_await engine_.read(std::move(read));
  co_return report;
}

Task<Result<std::optional<SalesReport>>> SqliteReportStore::find(Day business_day) {
  auto read = [business_day](Connection& connection) {
    return read_one(
        connection.prepared("SELECT json, sequence FROM reports WHERE business_day = ?1")
            .query(to_days(business_day)));
  };
  auto report = co_await engine_.read(std::move(read));
  co_return report;
}

Task<Result<std::vector<SalesReport>>> SqliteReportStore::list(ReportNumber before,
                                                               std::size_t limit) {
  auto read = [before, limit](Connection& connection) {
    auto rows = connection
                    .prepared(
                        "SELECT json, sequence FROM reports WHERE number < ?1"
                        " ORDER BY number DESC LIMIT ?2")
                    .query(before, static_cast<std::int64_t>(limit));
    return read_reports(rows);
  };
  auto reports = co_await engine_.read(std::move(read));
  co_return reports;
}

Task<Result<Figures>> SqliteReportStore::reported_on(ReportNumber number) {
  auto read = [number](Connection& connection) -> Result<Figures> {
    auto rows = connection
                    .prepared(
                        "SELECT r.json, r.sequence FROM report_windows w"
                        " CROSS JOIN reports r ON r.number = w.report WHERE w.window = ?1")
                    .query(number);
    Figures figures;
    while (rows.next()) {
      const auto report = to_report(rows);
      if (!report) return report.error();
      figures = sum(figures, reported_by(*report, number));
    }
    return figures;
  };
  auto figures = co_await engine_.read(std::move(read));
  co_return figures;
}

Task<Result<void>> SqliteReportStore::mark_windows(const std::vector<ReportNumber>& numbers) {
  auto work = [&numbers](WriteSession& session) -> Result<void> {
    for (const ReportNumber number : numbers) {
      session.connection.prepared("INSERT INTO marked_windows VALUES (?1) ON CONFLICT DO NOTHING")
          .execute(number);
    }
    return {};
  };
  auto outcome = co_await engine_.write(std::move(work));
  co_return outcome;
}

Task<Result<std::vector<ReportNumber>>> SqliteReportStore::marked_windows() {
  auto read = [](Connection& connection) -> Result<std::vector<ReportNumber>> {
    auto rows = connection.prepared("SELECT number FROM marked_windows ORDER BY number").query();
    std::vector<ReportNumber> numbers;
    while (rows.next()) numbers.push_back(rows.integer(0));
    return numbers;
  };
  auto numbers = co_await engine_.read(std::move(read));
  co_return numbers;
}

}  // namespace invoicing::sqlite
