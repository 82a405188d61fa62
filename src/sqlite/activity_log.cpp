#include "sqlite/activity_log.hpp"

#include <algorithm>
#include <array>

#include "sqlite/engine.hpp"
#include "sqlite/time_columns.hpp"

namespace invoicing::sqlite {
namespace {

constexpr std::string_view kInsert =
    "INSERT INTO activity (at, kind, id, subject, who) VALUES (?1, ?2, ?3, ?4, ?5)";
constexpr std::string_view kCreated =
    "SELECT recorded_at, id, '', created_by FROM invoices INDEXED BY invoices_by_recorded_at"
    " WHERE (recorded_at, id) < (?1, ?2) ORDER BY recorded_at DESC, id DESC LIMIT ?3";
constexpr std::string_view kVoided =
    "SELECT voided_at, id, '', voided_by FROM invoices INDEXED BY invoices_by_voided_at"
    " WHERE voided = 1 AND (voided_at, id) < (?1, ?2) ORDER BY voided_at DESC, id DESC LIMIT ?3";
constexpr std::string_view kAppended =
    "SELECT at, id, subject, who FROM activity"
    " WHERE kind = ?4 AND (at, id) < (?1, ?2) ORDER BY at DESC, id DESC LIMIT ?3";

InvoiceId to_id(std::span<const std::uint8_t> bytes) {
  InvoiceId id;
  if (bytes.size() != id.bytes.size()) throw SqlError(0, "an id is not 12 bytes long");
  std::ranges::copy(bytes, id.bytes.begin());
  return id;
}

void take(Rows& rows, ActivityKind kind, std::vector<Activity>& entries) {
  while (rows.next()) {
    entries.push_back({{to_instant(rows.integer(0)), kind, to_id(rows.blob(1))},
                       std::string(rows.text(2)),
                       std::string(rows.text(3))});
  }
}

void read_kind(Connection& connection, ActivityKind kind, const ActivityQuery& query,
               std::vector<Activity>& entries) {
  const ActivityBound bound = bound_for(kind, query.before);
  // No id is smaller than no bytes at all; a pointer to nothing would be NULL to SQLite.
  static constexpr std::array<std::uint8_t, 1> kNoBytes{};
  const Blob id = bound.id ? Blob{bound.id->bytes} : Blob{std::span(kNoBytes).first(0)};
  const auto limit = static_cast<std::int64_t>(query.limit) + 1;
  const bool derived =
      kind == ActivityKind::invoice_created || kind == ActivityKind::invoice_voided;
  if (derived) {
    const auto sql = kind == ActivityKind::invoice_created ? kCreated : kVoided;
    auto rows = connection.prepared(sql).query(to_ms(bound.at), id, limit);
    take(rows, kind, entries);
  } else {
    auto rows = connection.prepared(kAppended).query(to_ms(bound.at), id, limit,
                                                     static_cast<std::int64_t>(kind));
    take(rows, kind, entries);
  }
}

}  // namespace

Task<Result<void>> SqliteActivityLog::append(const Activity& entry) {
  auto work = [&entry](WriteSession& session) -> Result<void> {
    session.connection.prepared(kInsert).execute(
        to_ms(entry.position.at), static_cast<std::int64_t>(entry.position.kind),
        Blob{entry.position.id.bytes}, entry.subject, entry.by);
    return {};
  };
  auto outcome = co_await engine_.write(std::move(work));
  co_return outcome;
}

Task<Result<ActivityPage>> SqliteActivityLog::list(const ActivityQuery& query) {
  auto read = [&query](Connection& connection) -> Result<ActivityPage> {
    const Transaction snapshot(connection, "BEGIN");
    std::vector<Activity> entries;
    read_kind(connection, ActivityKind::invoice_created, query, entries);
    read_kind(connection, ActivityKind::invoice_voided, query, entries);
    for (const auto kind : kAppendedKinds) read_kind(connection, kind, query, entries);
    return newest_of(std::move(entries), query.limit);
  };
  auto page = co_await engine_.read(std::move(read));
  co_return page;
}

}  // namespace invoicing::sqlite
