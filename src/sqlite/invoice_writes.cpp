#include "sqlite/invoice_writes.hpp"

#include <algorithm>

#include "codec/invoice_json.hpp"
#include "sqlite/time_columns.hpp"

namespace invoicing::sqlite {
namespace {

constexpr std::string_view kFind = "SELECT request_hash, json, voided FROM invoices WHERE id = ?1";
constexpr std::string_view kFindReference =
    "SELECT 1 FROM invoices INDEXED BY invoices_by_reference WHERE reference = ?1 LIMIT 1";
constexpr std::string_view kInsert = R"sql(
INSERT INTO invoices (id, customer, amount_minor, currency, reference, date, recorded_at,
                      created_by, request_hash, json)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
ON CONFLICT (id) DO NOTHING)sql";
constexpr std::string_view kVoid = R"sql(
UPDATE invoices SET voided = 1, voided_at = ?2, voided_by = ?3, void_reason = ?4, json = ?5
WHERE id = ?1)sql";

/// The outcome for an id that is there; nothing when it is not.
Result<std::optional<InsertOutcome>> replay(WriteSession& session, const Invoice& invoice) {
  auto rows = session.connection.prepared(kFind).query(Blob{invoice.id.bytes});
  if (!rows.next()) return std::optional<InsertOutcome>();
  if (!std::ranges::equal(rows.blob(0), invoice.request_hash.bytes)) {
    return std::optional<InsertOutcome>({.result = InsertResult::clashed, .document = {}});
  }
  InvoiceDocument document{invoice.id, std::string(rows.text(1)), InvoiceStatus::issued};
  if (rows.integer(2) != 0) {
    const auto stored = codec::read_invoice(document.json);
    if (!stored) return stored.error();
    document.json = codec::write_invoice_at_creation(*stored);
  }
  return std::optional<InsertOutcome>(
      {.result = InsertResult::replayed, .document = std::move(document)});
}

bool insert_row(WriteSession& session, const Invoice& invoice, const std::string& json) {
  session.connection.prepared(kInsert).execute(
      Blob{invoice.id.bytes}, invoice.customer, invoice.amount.minor,
      invoice.amount.currency.code(), invoice.reference, to_ms(invoice.date),
      to_ms(invoice.recorded_at), invoice.created_by, Blob{invoice.request_hash.bytes}, json);
  if (session.connection.changes() == 0) return false;
  session.items.add(session.connection.last_insert_rowid(), invoice);
  return true;
}

}  // namespace

Result<InsertOutcome> insert_invoice(WriteSession& session, const Invoice& invoice,
                                     const std::string& json, bool unique_reference) {
  if (unique_reference) {
    auto there = replay(session, invoice);
    if (!there) return there.error();
    if (*there) return **std::move(there);
    auto taken = session.connection.prepared(kFindReference).query(invoice.reference);
    if (taken.next()) {
      return InsertOutcome{.result = InsertResult::reference_taken, .document = {}};
    }
  }
  // Most ids are new: the insert itself finds out, which saves them a look-up.
  if (!insert_row(session, invoice, json)) {
    auto there = replay(session, invoice);
    if (!there) return there.error();
    if (*there) return **std::move(there);
    return Error(ErrorCode::internal_error, "An invoice is there and is not.");
  }
  session.count_change(invoice.date);
  session.roll_ups.add(invoice);
  return InsertOutcome{.result = InsertResult::created,
                       .document = {invoice.id, json, InvoiceStatus::issued}};
}

Result<std::optional<VoidOutcome>> void_invoice(WriteSession& session, const InvoiceId& id,
                                                const Voiding& voiding) {
  VoidOutcome outcome{.document = {.id = id, .json = {}, .status = InvoiceStatus::voided}};
  {
    auto rows = session.connection.prepared(kFind).query(Blob{id.bytes});
    if (!rows.next()) return std::optional<VoidOutcome>();
    outcome.document.json = rows.text(1);
    if (rows.integer(2) != 0) {
      outcome.result = VoidResult::already_void;
      return std::optional<VoidOutcome>(std::move(outcome));
    }
  }
  auto invoice = codec::read_invoice(outcome.document.json);
  if (!invoice) return invoice.error();
  invoice->voiding = voiding;
  outcome.document.json = codec::write_invoice(*invoice);
  session.connection.prepared(kVoid).execute(Blob{id.bytes}, to_ms(voiding.at), voiding.by,
                                             voiding.reason, outcome.document.json);
  session.count_change(invoice->date);
  session.roll_ups.add_voiding(*invoice);
  return std::optional<VoidOutcome>(std::move(outcome));
}

}  // namespace invoicing::sqlite
