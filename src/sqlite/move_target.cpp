#include "sqlite/move_target.hpp"

#include <algorithm>
#include <map>

#include "codec/invoice_json.hpp"
#include "codec/report_json.hpp"
#include "sqlite/engine.hpp"
#include "sqlite/invoice_writes.hpp"
#include "sqlite/move_note.hpp"
#include "sqlite/report_writes.hpp"
#include "sqlite/time_columns.hpp"

namespace invoicing::sqlite {
namespace {

// MongoDB notices changes by their time, with this much overlap (mongo/sales_ledger.cpp).
constexpr std::int64_t kOverlapMs = 86'400'000;

constexpr std::string_view kLateDates = R"sql(
SELECT date FROM invoices
WHERE date < ?1 AND (recorded_at > ?2 OR voided_at > ?2))sql";

constexpr std::string_view kPutEntry =
    "INSERT OR REPLACE INTO outbox VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)";
constexpr std::string_view kPutDelivery =
    "INSERT OR REPLACE INTO deliveries VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";

/// Whether anything was written. What a batch wrote before an error stays: the move is repeated.
Result<bool> put_invoice(WriteSession& session, const Invoice& invoice, const std::string& json) {
  const auto inserted = insert_invoice(session, invoice, json, false);
  if (!inserted) return inserted.error();
  if (inserted->result == InsertResult::clashed) {
    return Error(ErrorCode::stored_data_invalid,
                 "the invoice " + invoice.id.to_hex() + " is there with another content");
  }
  bool written = inserted->result == InsertResult::created;
  if (!invoice.voiding) return written;
  const auto voided = void_invoice(session, invoice.id, *invoice.voiding);
  if (!voided) return voided.error();
  return written || (*voided && (*voided)->result == VoidResult::voided);
}

Result<void> put_report(Connection& connection, const StoredReport& stored,
                        const std::string& json) {
  const SalesReport& report = stored.report;
  bool is_there = false;
  {
    auto rows =
        connection.prepared("SELECT report_id FROM reports WHERE number = ?1").query(report.number);
    is_there = rows.next();
    if (is_there && rows.text(0) != report.report_id) {
      return Error(ErrorCode::stored_data_invalid,
                   "another report has the number " + std::to_string(report.number) + " already");
    }
  }
  if (!is_there) insert_report(connection, report, json, 0);
  const OutboxEntry& entry = stored.outbox;
  connection.prepared(kPutEntry).execute(
      entry.number, entry.report_id, static_cast<std::int64_t>(entry.state), entry.sends,
      entry.attempts, entry.last_error, to_ms(entry.sealed_at), to_ms(entry.published_at),
      to_ms(entry.done_at), to_ms(entry.lease_until), entry.asked_by.traceparent,
      entry.asked_by.request_id);
  return {};
}

/// One date of each window that was written to after `since`, of those before `sealed_to`.
std::vector<std::int64_t> late_dates(Connection& connection, std::int64_t sealed_to,
                                     std::int64_t since) {
  std::vector<std::int64_t> ends;
  {
    auto reports =
        connection.prepared("SELECT window_from, window_to FROM reports ORDER BY number").query();
    while (reports.next()) {
      if (ends.empty()) ends.push_back(reports.integer(0));
      ends.push_back(reports.integer(1));
    }
  }
  std::map<std::ptrdiff_t, std::int64_t> date_of_window;
  auto late = connection.prepared(kLateDates).query(sealed_to, since);
  while (late.next()) {
    const auto end = std::ranges::upper_bound(ends, late.integer(0));
    date_of_window.emplace(end - ends.begin(), late.integer(0));
  }
  std::vector<std::int64_t> dates;
  dates.reserve(date_of_window.size());
  for (const auto& [window, date] : date_of_window) dates.push_back(date);
  return dates;
}

/// Gives the reports the count of changes that they contain, and notes the later ones.
void note_late_changes(WriteSession& session) {
  Connection& connection = session.connection;
  std::int64_t sealed_to = 0;
  std::int64_t seen_until = 0;
  {
    auto last =
        connection
            .prepared("SELECT window_to, seen_until FROM reports ORDER BY number DESC LIMIT 1")
            .query();
    if (!last.next()) return;
    sealed_to = last.integer(0);
    seen_until = last.integer(1);
  }
  session.state.sealed_to = sealed_to;
  connection.prepared("UPDATE reports SET sequence = ?1, sealed_sequence = ?1")
      .execute(session.state.sequence);
  for (const auto date : late_dates(connection, sealed_to, seen_until - kOverlapMs)) {
    session.count_change(to_instant(date));
  }
}

}  // namespace

Task<Result<MoveState>> SqliteMoveTarget::state() {
  auto read = [](Connection& connection) -> Result<MoveState> {
    return read_move_state(connection);
  };
  auto state = co_await engine_.read(std::move(read));
  co_return state;
}

Task<Result<MoveState>> SqliteMoveTarget::begin_import(const Books& books, const MoveNote& note) {
  auto work = [&books, &note](WriteSession& session) -> Result<MoveState> {
    auto& connection = session.connection;
    connection.prepared("INSERT INTO books VALUES (1, ?1, ?2, ?3) ON CONFLICT DO NOTHING")
        .execute(static_cast<std::int64_t>(books.state), to_ms(books.opening),
                 to_days(books.opening_day));
    if (connection.changes() > 0) write_move_note(connection, note);
    return read_move_state(connection);
  };
  auto outcome = co_await engine_.write(std::move(work));
  co_return outcome;
}

Task<Result<std::size_t>> SqliteMoveTarget::put_invoices(std::span<const Invoice> invoices) {
  std::vector<std::string> texts;
  texts.reserve(invoices.size());
  for (const Invoice& invoice : invoices) {
    texts.push_back(codec::write_invoice_at_creation(invoice));
  }
  auto work = [&invoices, &texts](WriteSession& session) -> Result<std::size_t> {
    std::size_t written = 0;
    for (std::size_t i = 0; i < invoices.size(); ++i) {
      const auto put = put_invoice(session, invoices[i], texts[i]);
      if (!put) return put.error();
      written += *put ? 1 : 0;
    }
    return written;
  };
  auto outcome = co_await engine_.write(std::move(work), invoices.size());
  co_return outcome;
}

Task<Result<void>> SqliteMoveTarget::put_reports(std::span<const StoredReport> reports) {
  std::vector<std::string> texts;
  texts.reserve(reports.size());
  for (const StoredReport& each : reports) texts.push_back(codec::write_report(each.report));
  auto work = [&reports, &texts](WriteSession& session) -> Result<void> {
    for (std::size_t i = 0; i < reports.size(); ++i) {
      const auto put = put_report(session.connection, reports[i], texts[i]);
      if (!put) return put.error();
    }
    return {};
  };
  auto outcome = co_await engine_.write(std::move(work), reports.size());
  co_return outcome;
}

Task<Result<void>> SqliteMoveTarget::put_deliveries(std::span<const Delivery> deliveries) {
  auto work = [&deliveries](WriteSession& session) -> Result<void> {
    for (const Delivery& delivery : deliveries) {
      session.connection.prepared(kPutDelivery)
          .execute(delivery.message_id, delivery.recipient,
                   static_cast<std::int64_t>(delivery.state), delivery.attempts,
                   delivery.last_error, to_ms(delivery.claimed_until), to_ms(delivery.settled_at));
    }
    return {};
  };
  auto outcome = co_await engine_.write(std::move(work), deliveries.size());
  co_return outcome;
}

Task<Result<void>> SqliteMoveTarget::put_marks(const std::vector<ReportNumber>& marks) {
  auto work = [&marks](WriteSession& session) -> Result<void> {
    session.connection.prepared("DELETE FROM marked_windows").execute();
    for (const ReportNumber mark : marks) {
      session.connection.prepared("INSERT INTO marked_windows VALUES (?1)").execute(mark);
    }
    return {};
  };
  auto outcome = co_await engine_.write(std::move(work));
  co_return outcome;
}

Task<Result<void>> SqliteMoveTarget::open_imported() {
  auto work = [](WriteSession& session) -> Result<void> {
    note_late_changes(session);
    write_books_state(session.connection, BooksState::open);
    return {};
  };
  auto outcome = co_await engine_.write(std::move(work));
  co_return outcome;
}

}  // namespace invoicing::sqlite
