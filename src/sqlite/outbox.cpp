// The outbox half of SqliteReportStore.
#include "ports/holding.hpp"
#include "sqlite/engine.hpp"
#include "sqlite/report_store.hpp"
#include "sqlite/time_columns.hpp"

namespace invoicing::sqlite {
namespace {

constexpr std::string_view kEntry =
    "SELECT number, report_id, state, sends, attempts, last_error, sealed_at, published_at, "
    "done_at,"
    " lease_until, traceparent, request_id FROM outbox WHERE number = ?1";
constexpr std::string_view kOpenEntries =
    "SELECT number, report_id, state, sends, attempts, last_error, sealed_at, published_at, "
    "done_at,"
    " lease_until, traceparent, request_id FROM outbox INDEXED BY outbox_open WHERE state <> 2 "
    "ORDER BY number";

const Error kNoSuchReport(ErrorCode::report_not_found, "There is no report with this number.");
const Error kResentMeanwhile(ErrorCode::lease_lost,
                             "A resend of this report was asked for meanwhile.");

OutboxEntry to_entry(const Rows& rows) {
  return {.number = rows.integer(0),
          .report_id = std::string(rows.text(1)),
          .state = static_cast<OutboxState>(rows.integer(2)),
          .sends = rows.integer(3),
          .attempts = rows.integer(4),
          .last_error = std::string(rows.text(5)),
          .sealed_at = to_instant(rows.integer(6)),
          .published_at = to_instant(rows.optional_integer(7)),
          .done_at = to_instant(rows.optional_integer(8)),
          .lease_until = to_instant(rows.optional_integer(9)),
          .asked_by = {std::string(rows.text(10)), std::string(rows.text(11))}};
}

std::optional<OutboxEntry> read_entry(Connection& connection, ReportNumber number) {
  auto rows = connection.prepared(kEntry).query(number);
  if (!rows.next()) return std::nullopt;
  return to_entry(rows);
}

void write_entry(Connection& connection, const OutboxEntry& entry) {
  connection
      .prepared(
          "UPDATE outbox SET state = ?2, sends = ?3, attempts = ?4, last_error = ?5,"
          " published_at = ?6, done_at = ?7, lease_until = ?8, traceparent = ?9, request_id = ?10"
          " WHERE number = ?1")
      .execute(entry.number, static_cast<std::int64_t>(entry.state), entry.sends, entry.attempts,
               entry.last_error, to_ms(entry.published_at), to_ms(entry.done_at),
               to_ms(entry.lease_until), entry.asked_by.traceparent, entry.asked_by.request_id);
}

}  // namespace

Task<Result<std::optional<OutboxEntry>>> SqliteReportStore::entry(ReportNumber number) {
  auto read = [number](Connection& connection) -> Result<std::optional<OutboxEntry>> {
    return read_entry(connection, number);
  };
  auto entry = co_await engine_.read(std::move(read));
  co_return entry;
}

Task<Result<std::vector<OutboxEntry>>> SqliteReportStore::open_entries() {
  auto read = [](Connection& connection) -> Result<std::vector<OutboxEntry>> {
    auto rows = connection.prepared(kOpenEntries).query();
    std::vector<OutboxEntry> entries;
    while (rows.next()) entries.push_back(to_entry(rows));
    return entries;
  };
  auto entries = co_await engine_.read(std::move(read));
  co_return entries;
}

Task<Result<OutboxEntry>> SqliteReportStore::lease(ReportNumber number, Instant now,
                                                   Instant until) {
  auto work = [number, now, until](WriteSession& session) -> Result<OutboxEntry> {
    auto entry = read_entry(session.connection, number);
    if (!entry) return kNoSuchReport;
    // What is published needs no lease: somebody else was faster.
    if (entry->state != OutboxState::sealed || is_held(entry->lease_until, now, until)) {
      return Error(ErrorCode::lease_lost, "Somebody else publishes this report.");
    }
    entry->lease_until = until;
    ++entry->attempts;
    write_entry(session.connection, *entry);
    return *std::move(entry);
  };
  auto outcome = co_await engine_.write(std::move(work));
  co_return outcome;
}

Task<Result<void>> SqliteReportStore::mark_published(ReportNumber number, std::int64_t sends,
                                                     Instant now) {
  auto work = [number, sends, now](WriteSession& session) -> Result<void> {
    auto entry = read_entry(session.connection, number);
    if (!entry) return kNoSuchReport;
    if (entry->sends != sends) return kResentMeanwhile;
    if (entry->state != OutboxState::sealed) return {};
    entry->state = OutboxState::published;
    entry->published_at = now;
    entry->last_error.clear();
    entry->lease_until.reset();
    write_entry(session.connection, *entry);
    return {};
  };
  auto outcome = co_await engine_.write(std::move(work));
  co_return outcome;
}

Task<Result<void>> SqliteReportStore::mark_failed(ReportNumber number, std::int64_t sends,
                                                  const std::string& reason) {
  auto work = [number, sends, &reason](WriteSession& session) -> Result<void> {
    auto entry = read_entry(session.connection, number);
    if (!entry) return kNoSuchReport;
    if (entry->sends != sends || entry->state != OutboxState::sealed) return {};
    entry->last_error = reason;
    entry->lease_until.reset();
    write_entry(session.connection, *entry);
    return {};
  };
  auto outcome = co_await engine_.write(std::move(work));
  co_return outcome;
}

Task<Result<void>> SqliteReportStore::mark_done(ReportNumber number, std::int64_t sends,
                                                Instant now) {
  auto work = [number, sends, now](WriteSession& session) -> Result<void> {
    auto entry = read_entry(session.connection, number);
    if (!entry) return kNoSuchReport;
    if (entry->sends != sends || entry->state == OutboxState::done) return {};
    entry->state = OutboxState::done;
    entry->done_at = now;
    entry->lease_until.reset();
    write_entry(session.connection, *entry);
    return {};
  };
  auto outcome = co_await engine_.write(std::move(work));
  co_return outcome;
}

Task<Result<OutboxEntry>> SqliteReportStore::resend(ReportNumber number, std::int64_t sends,
                                                    const Trace& asked_by) {
  auto work = [number, sends, &asked_by](WriteSession& session) -> Result<OutboxEntry> {
    auto entry = read_entry(session.connection, number);
    if (!entry) return kNoSuchReport;
    if (entry->sends != sends) return kResentMeanwhile;
    entry->state = OutboxState::sealed;
    ++entry->sends;
    entry->last_error.clear();
    entry->published_at.reset();
    entry->done_at.reset();
    // Whoever holds the lease publishes the send before this one and will be told lease_lost.
    entry->lease_until.reset();
    entry->asked_by = asked_by;
    write_entry(session.connection, *entry);
    return *std::move(entry);
  };
  auto outcome = co_await engine_.write(std::move(work));
  co_return outcome;
}

Task<Result<void>> SqliteReportStore::republish(ReportNumber number, std::int64_t sends,
                                                OutboxState from, const Trace& asked_by) {
  auto work = [number, sends, from, &asked_by](WriteSession& session) -> Result<void> {
    auto entry = read_entry(session.connection, number);
    if (!entry) return kNoSuchReport;
    if (entry->sends != sends || entry->state != from) return {};
    entry->state = OutboxState::sealed;
    entry->done_at.reset();
    entry->lease_until.reset();
    if (!asked_by.traceparent.empty()) entry->asked_by = asked_by;
    write_entry(session.connection, *entry);
    return {};
  };
  auto outcome = co_await engine_.write(std::move(work));
  co_return outcome;
}

}  // namespace invoicing::sqlite
