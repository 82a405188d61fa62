#include "sqlite/move_source.hpp"

#include <algorithm>
#include <charconv>

#include "codec/invoice_json.hpp"
#include "codec/report_json.hpp"
#include "sqlite/engine.hpp"
#include "sqlite/move_note.hpp"
#include "sqlite/time_columns.hpp"

namespace invoicing::sqlite {
namespace {

// A batch ends after this much JSON, however few rows that is.
constexpr std::size_t kBatchBytes = 4'000'000;

constexpr std::string_view kReports = R"sql(
SELECT r.json, r.sequence, r.number, r.report_id, o.state, o.sends, o.attempts, o.last_error,
       o.sealed_at, o.published_at, o.done_at, o.lease_until,
       o.traceparent, o.request_id
FROM reports r CROSS JOIN outbox o ON o.number = r.number
WHERE r.number > ?1 ORDER BY r.number LIMIT ?2)sql";

constexpr std::string_view kDeliveries = R"sql(
SELECT message_id, recipient, state, attempts, last_error, settled_at FROM deliveries
WHERE (message_id, recipient) > (?1, ?2) ORDER BY message_id, recipient LIMIT ?3)sql";

std::int64_t to_seq(const std::string& position) {
  std::int64_t seq = 0;
  std::from_chars(position.data(), position.data() + position.size(), seq);
  return seq;
}

Result<InvoiceBatch> read_invoices(Connection& connection, std::int64_t after, std::size_t limit) {
  InvoiceBatch batch{.invoices = {}, .position = std::to_string(after), .more = false};
  std::size_t bytes = 0;
  auto rows = connection
                  .prepared(
                      "SELECT seq, json, request_hash FROM invoices WHERE seq > ?1"
                      " ORDER BY seq LIMIT ?2")
                  .query(after, static_cast<std::int64_t>(limit));
  while (rows.next()) {
    auto invoice = codec::read_invoice(rows.text(1));
    if (!invoice) return invoice.error();
    std::ranges::copy(rows.blob(2), invoice->request_hash.bytes.begin());
    batch.invoices.push_back(*std::move(invoice));
    batch.position = std::to_string(rows.integer(0));
    bytes += rows.text(1).size();
    batch.more = bytes > kBatchBytes || batch.invoices.size() == limit;
    if (bytes > kBatchBytes) break;
  }
  return batch;
}

Result<StoredReport> to_stored_report(const Rows& rows) {
  auto report = codec::read_report(rows.text(0));
  if (!report) return report.error();
  report->mark.sequence = rows.integer(1);
  return StoredReport{*std::move(report),
                      {.number = rows.integer(2),
                       .report_id = std::string(rows.text(3)),
                       .state = static_cast<OutboxState>(rows.integer(4)),
                       .sends = rows.integer(5),
                       .attempts = rows.integer(6),
                       .last_error = std::string(rows.text(7)),
                       .sealed_at = to_instant(rows.integer(8)),
                       .published_at = to_instant(rows.optional_integer(9)),
                       .done_at = to_instant(rows.optional_integer(10)),
                       .lease_until = to_instant(rows.optional_integer(11)),
                       .asked_by = {std::string(rows.text(12)), std::string(rows.text(13))}}};
}

}  // namespace

Task<Result<MoveState>> SqliteMoveSource::state() {
  auto read = [](Connection& connection) -> Result<MoveState> {
    return read_move_state(connection);
  };
  auto state = co_await engine_.read(std::move(read));
  co_return state;
}

Task<Result<void>> SqliteMoveSource::set_note(const MoveNote& note) {
  auto work = [&note](WriteSession& session) -> Result<void> {
    write_move_note(session.connection, note);
    return {};
  };
  auto outcome = co_await engine_.write(std::move(work));
  co_return outcome;
}

Task<Result<InvoiceBatch>> SqliteMoveSource::invoices(const std::string& position,
                                                      std::size_t limit) {
  auto read = [after = to_seq(position), limit](Connection& connection) {
    return read_invoices(connection, after, limit);
  };
  auto batch = co_await engine_.read(std::move(read));
  co_return batch;
}

Task<Result<std::vector<StoredReport>>> SqliteMoveSource::stored_reports(ReportNumber after,
                                                                         std::size_t limit) {
  auto read = [after, limit](Connection& connection) -> Result<std::vector<StoredReport>> {
    std::vector<StoredReport> reports;
    std::size_t bytes = 0;
    auto rows = connection.prepared(kReports).query(after, static_cast<std::int64_t>(limit));
    while (bytes < kBatchBytes && rows.next()) {
      auto report = to_stored_report(rows);
      if (!report) return report.error();
      reports.push_back(*std::move(report));
      bytes += rows.text(0).size();
    }
    return reports;
  };
  auto reports = co_await engine_.read(std::move(read));
  co_return reports;
}

Task<Result<std::vector<Delivery>>> SqliteMoveSource::stored_deliveries(const Delivery& after,
                                                                        std::size_t limit) {
  auto read = [&after, limit](Connection& connection) -> Result<std::vector<Delivery>> {
    std::vector<Delivery> deliveries;
    auto rows = connection.prepared(kDeliveries)
                    .query(after.message_id, after.recipient, static_cast<std::int64_t>(limit));
    while (rows.next()) {
      deliveries.push_back({.message_id = std::string(rows.text(0)),
                            .recipient = std::string(rows.text(1)),
                            .state = static_cast<DeliveryState>(rows.integer(2)),
                            .attempts = rows.integer(3),
                            .last_error = std::string(rows.text(4)),
                            .claimed_until = {},
                            .settled_at = to_instant(rows.optional_integer(5))});
    }
    return deliveries;
  };
  auto deliveries = co_await engine_.read(std::move(read));
  co_return deliveries;
}

Task<Result<void>> SqliteMoveSource::set_moved() {
  auto work = [](WriteSession& session) -> Result<void> {
    write_books_state(session.connection, BooksState::moved);
    return {};
  };
  auto outcome = co_await engine_.write(std::move(work));
  co_return outcome;
}

}  // namespace invoicing::sqlite
