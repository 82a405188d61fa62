#include "sqlite/schema.hpp"

#include <array>
#include <string>

namespace invoicing::sqlite {
namespace {

// Version 1.
//
// invoices: `seq` follows the order of arrival, so that rows are appended; only the unique id, the
// customer and the reference cost a random page. `json` is the canonical document, the truth for
// metadata; the columns are the truth for everything that is filtered or added up.
// invoices_by_date holds what the cheap filters look at, so that scanning it touches no row.
// sku_seconds: which seconds (of the invoices' dates) hold an invoice with this SKU. An index entry
// per item would cost a random page per item; this one costs one per SKU and second however many
// invoices arrive, and a page of a list still reads only seconds that have what it looks for.
// currency_quarters, sku_quarters: the roll-ups. They are kept by UTC quarters and know no zone.
constexpr const char* kVersion1 = R"sql(
CREATE TABLE invoices (
  seq INTEGER PRIMARY KEY,
  id BLOB NOT NULL UNIQUE CHECK (length(id) = 12),
  customer TEXT NOT NULL,
  amount_minor INTEGER NOT NULL CHECK (amount_minor BETWEEN 0 AND 1000000000000000),
  currency TEXT NOT NULL CHECK (length(currency) = 3),
  reference TEXT NOT NULL,
  date INTEGER NOT NULL CHECK (date BETWEEN 0 AND 253402300799999),
  recorded_at INTEGER NOT NULL,
  created_by TEXT NOT NULL,
  voided INTEGER NOT NULL DEFAULT 0 CHECK (voided = (voided_at IS NOT NULL)),
  voided_at INTEGER,
  voided_by TEXT,
  void_reason TEXT,
  request_hash BLOB NOT NULL CHECK (length(request_hash) = 32),
  json TEXT NOT NULL
) STRICT;
CREATE INDEX invoices_by_date
  ON invoices (date, id, voided, currency, amount_minor, recorded_at);
CREATE INDEX invoices_by_recorded_at ON invoices (recorded_at, id);
CREATE INDEX invoices_by_customer ON invoices (customer, date, id);
CREATE INDEX invoices_by_reference ON invoices (reference, date, id);
CREATE INDEX invoices_voided ON invoices (date, id) WHERE voided = 1;

CREATE TABLE items (
  invoice INTEGER NOT NULL REFERENCES invoices (seq),
  line INTEGER NOT NULL CHECK (line >= 0),
  sku TEXT NOT NULL,
  qt_milli INTEGER NOT NULL CHECK (qt_milli BETWEEN 1 AND 1000000000000),
  PRIMARY KEY (invoice, line)
) STRICT, WITHOUT ROWID;

CREATE TABLE sku_seconds (
  sku TEXT NOT NULL,
  second INTEGER NOT NULL,
  PRIMARY KEY (sku, second)
) STRICT, WITHOUT ROWID;

CREATE TABLE currency_quarters (
  quarter INTEGER NOT NULL,
  currency TEXT NOT NULL,
  invoices INTEGER NOT NULL CHECK (invoices >= 0),
  voids INTEGER NOT NULL CHECK (voids >= 0),
  amount_hi INTEGER NOT NULL,
  amount_lo INTEGER NOT NULL,
  min_minor INTEGER NOT NULL,
  max_minor INTEGER NOT NULL,
  last_recorded_at INTEGER NOT NULL,
  PRIMARY KEY (quarter, currency)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX currency_quarters_by_currency ON currency_quarters (currency, quarter);

CREATE TABLE sku_quarters (
  quarter INTEGER NOT NULL,
  sku TEXT NOT NULL,
  milli_hi INTEGER NOT NULL,
  milli_lo INTEGER NOT NULL,
  PRIMARY KEY (quarter, sku)
) STRICT, WITHOUT ROWID;

CREATE TABLE state (
  only INTEGER PRIMARY KEY CHECK (only = 1),
  sequence INTEGER NOT NULL,
  sealed_to INTEGER,
  late_kept_after INTEGER NOT NULL
) STRICT;
INSERT INTO state VALUES (1, 0, NULL, 0);

CREATE TABLE late_changes (
  sequence INTEGER PRIMARY KEY,
  date INTEGER NOT NULL
) STRICT;

CREATE TABLE books (
  only INTEGER PRIMARY KEY CHECK (only = 1),
  state INTEGER NOT NULL CHECK (state BETWEEN 0 AND 2),
  opening INTEGER NOT NULL,
  opening_day INTEGER NOT NULL
) STRICT;

CREATE TABLE reports (
  number INTEGER PRIMARY KEY CHECK (number >= 1),
  report_id TEXT NOT NULL UNIQUE,
  business_day INTEGER NOT NULL UNIQUE,
  window_from INTEGER NOT NULL,
  window_to INTEGER NOT NULL CHECK (window_to > window_from),
  seen_until INTEGER NOT NULL,
  sequence INTEGER NOT NULL,
  sealed_sequence INTEGER NOT NULL,
  pending TEXT NOT NULL,
  json TEXT NOT NULL
) STRICT;

CREATE TABLE report_windows (
  window INTEGER NOT NULL,
  report INTEGER NOT NULL REFERENCES reports (number),
  PRIMARY KEY (window, report)
) STRICT, WITHOUT ROWID;

CREATE TABLE outbox (
  number INTEGER PRIMARY KEY REFERENCES reports (number),
  report_id TEXT NOT NULL,
  state INTEGER NOT NULL CHECK (state BETWEEN 0 AND 2),
  sends INTEGER NOT NULL CHECK (sends >= 1),
  attempts INTEGER NOT NULL CHECK (attempts >= 0),
  last_error TEXT NOT NULL,
  sealed_at INTEGER NOT NULL,
  published_at INTEGER,
  done_at INTEGER,
  lease_until INTEGER
) STRICT;
CREATE INDEX outbox_open ON outbox (number) WHERE state <> 2;

CREATE TABLE marked_windows (number INTEGER PRIMARY KEY CHECK (number >= 0)) STRICT;

CREATE TABLE messages (
  tag INTEGER PRIMARY KEY AUTOINCREMENT,
  message_id TEXT NOT NULL UNIQUE,
  body TEXT NOT NULL,
  attempt INTEGER NOT NULL CHECK (attempt >= 1),
  due_at INTEGER NOT NULL,
  dead_since INTEGER,
  reason TEXT NOT NULL
) STRICT;
CREATE INDEX messages_waiting ON messages (due_at, tag) WHERE dead_since IS NULL;

CREATE TABLE deliveries (
  message_id TEXT NOT NULL,
  recipient TEXT NOT NULL,
  state INTEGER NOT NULL CHECK (state BETWEEN 0 AND 2),
  attempts INTEGER NOT NULL CHECK (attempts >= 0),
  last_error TEXT NOT NULL,
  claimed_until INTEGER,
  settled_at INTEGER,
  PRIMARY KEY (message_id, recipient)
) STRICT, WITHOUT ROWID;
)sql";

// Version 2: what a move to or from another store leaves here (ports/store_move.hpp).
constexpr const char* kVersion2 = R"sql(
CREATE TABLE move_note (
  only INTEGER PRIMARY KEY CHECK (only = 1),
  move_id TEXT NOT NULL,
  other TEXT NOT NULL
) STRICT;
)sql";

// Version 3: since when a message is tried in vain; NULL while it was not (ports/report_queue.hpp).
constexpr const char* kVersion3 = "ALTER TABLE messages ADD COLUMN failing_since INTEGER";

// Version 4: API keys (ports/api_key_store.hpp). `scopes` as Scopes::to_text() has them.
constexpr const char* kVersion4 = R"sql(
CREATE TABLE api_keys (
  id TEXT PRIMARY KEY CHECK (length(id) = 8),
  name TEXT NOT NULL,
  scopes TEXT NOT NULL,
  hash BLOB NOT NULL CHECK (length(hash) = 32),
  created_at INTEGER NOT NULL,
  expires_at INTEGER,
  revoked_at INTEGER
) STRICT, WITHOUT ROWID;
)sql";

// Version 5: the trail (ports/activity_log.hpp). What is done to invoices it reads from them, hence
// the index; all else stands in `activity`, which only grows.
constexpr const char* kVersion5 = R"sql(
CREATE TABLE activity (
  kind INTEGER NOT NULL CHECK (kind >= 3),
  at INTEGER NOT NULL,
  id BLOB NOT NULL CHECK (length(id) = 12),
  subject TEXT NOT NULL,
  who TEXT NOT NULL,
  PRIMARY KEY (kind, at, id)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER activity_is_never_changed BEFORE UPDATE ON activity
  BEGIN SELECT RAISE(ABORT, 'the trail only grows'); END;
CREATE TRIGGER activity_is_never_deleted BEFORE DELETE ON activity
  BEGIN SELECT RAISE(ABORT, 'the trail only grows'); END;
CREATE INDEX invoices_by_voided_at ON invoices (voided_at, id) WHERE voided = 1;
)sql";

// Version 6: state 3, dropped (ports/delivery_ledger.hpp). A CHECK changes only with its table.
constexpr const char* kVersion6 = R"sql(
CREATE TABLE new_deliveries (
  message_id TEXT NOT NULL,
  recipient TEXT NOT NULL,
  state INTEGER NOT NULL CHECK (state BETWEEN 0 AND 3),
  attempts INTEGER NOT NULL CHECK (attempts >= 0),
  last_error TEXT NOT NULL,
  claimed_until INTEGER,
  settled_at INTEGER,
  PRIMARY KEY (message_id, recipient)
) STRICT, WITHOUT ROWID;
INSERT INTO new_deliveries
  SELECT message_id, recipient, state, attempts, last_error, claimed_until, settled_at
  FROM deliveries;
DROP TABLE deliveries;
ALTER TABLE new_deliveries RENAME TO deliveries;
)sql";

// Version 7: sessions (ports/session_store.hpp).
constexpr const char* kVersion7 = R"sql(
CREATE TABLE sessions (
  hash BLOB PRIMARY KEY CHECK (length(hash) = 32),
  key_id TEXT NOT NULL,
  expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX sessions_by_expires_at ON sessions (expires_at);
)sql";

// Version 8: what made a send be asked for (domain/trace.hpp); empty where nobody says.
constexpr const char* kVersion8 = R"sql(
ALTER TABLE outbox ADD COLUMN traceparent TEXT NOT NULL DEFAULT '';
ALTER TABLE outbox ADD COLUMN request_id TEXT NOT NULL DEFAULT '';
ALTER TABLE messages ADD COLUMN traceparent TEXT NOT NULL DEFAULT '';
ALTER TABLE messages ADD COLUMN request_id TEXT NOT NULL DEFAULT '';
)sql";

// Step i leads from version i to i + 1. A step that is out in the world is never edited.
constexpr std::array<const char*, kSchemaVersion> kSteps = {
    kVersion1, kVersion2, kVersion3, kVersion4, kVersion5, kVersion6, kVersion7, kVersion8};

Error refusal(const std::string& words) {
  return Error(ErrorCode::storage_unavailable, words);
}

std::optional<Error> check_owner(Connection& connection, std::int64_t version) {
  const auto tables = connection.read_integer("SELECT count(*) FROM sqlite_schema");
  const auto owner = connection.read_integer("PRAGMA application_id");
  const bool empty = tables == 0 && version == 0 && owner == 0;
  if (!empty && owner != kApplicationId) {
    return refusal("invoices.db is no file of this service; name another data folder.");
  }
  if (version > kSchemaVersion) {
    return refusal("invoices.db was written by a newer version of this service (schema " +
                   std::to_string(version) + ", this program knows " +
                   std::to_string(kSchemaVersion) + "); start that version.");
  }
  return std::nullopt;
}

}  // namespace

std::optional<Error> migrate(Connection& writer, std::int64_t to) {
  auto version = writer.read_integer("PRAGMA user_version");
  if (auto error = check_owner(writer, version)) return error;
  while (version < to) {
    Transaction transaction(writer, "BEGIN IMMEDIATE");
    writer.execute(kSteps[static_cast<std::size_t>(version)]);
    ++version;
    writer.execute("PRAGMA application_id=" + std::to_string(kApplicationId));
    writer.execute("PRAGMA user_version=" + std::to_string(version));
    transaction.commit();
  }
  return std::nullopt;
}

std::optional<Error> check_version(Connection& reader) {
  const auto version = reader.read_integer("PRAGMA user_version");
  if (auto error = check_owner(reader, version)) return error;
  if (version < kSchemaVersion) {
    return refusal("invoices.db was written by an older version of this service (schema " +
                   std::to_string(version) + "); start the service once to bring it up to date.");
  }
  return std::nullopt;
}

}  // namespace invoicing::sqlite
