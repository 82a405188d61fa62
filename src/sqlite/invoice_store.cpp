#include "sqlite/invoice_store.hpp"

#include <algorithm>

#include <boost/asio/this_coro.hpp>

#include "codec/invoice_json.hpp"
#include "sqlite/engine.hpp"
#include "sqlite/invoice_writes.hpp"
#include "sqlite/list_query.hpp"
#include "sqlite/time_columns.hpp"

namespace invoicing::sqlite {
namespace {

InvoiceId to_id(std::span<const std::uint8_t> bytes) {
  InvoiceId id;
  if (bytes.size() != id.bytes.size()) throw SqlError(0, "an id is not 12 bytes long");
  std::ranges::copy(bytes, id.bytes.begin());
  return id;
}

// Documents of 100 KB are possible; a thousand of them in every list at once are too much.
constexpr std::size_t kPageBytesMax = 4 * 1024 * 1024;

InvoiceStatus to_status(std::int64_t voided) {
  return voided != 0 ? InvoiceStatus::voided : InvoiceStatus::issued;
}

constexpr std::string_view kFindAt = "SELECT json, voided, id FROM invoices WHERE seq = ?1";
constexpr std::string_view kFind = "SELECT json, voided, seq FROM invoices WHERE id = ?1";

InvoiceDocument to_document(const InvoiceId& id, const Rows& row) {
  return {id, std::string(row.text(0)), to_status(row.integer(1))};
}

Result<std::optional<InvoiceDocument>> find_by(Connection& connection, PositionCache& positions,
                                               const InvoiceId& id) {
  if (const auto seq = positions.find(id)) {
    auto row = connection.prepared(kFindAt).query(*seq);
    if (row.next() && std::ranges::equal(row.blob(2), id.bytes)) {
      return std::optional(to_document(id, row));
    }
  }
  auto row = connection.prepared(kFind).query(Blob{id.bytes});
  if (!row.next()) return std::optional<InvoiceDocument>();
  positions.remember(id, row.integer(2));
  return std::optional(to_document(id, row));
}

/// The lead of a list that its own order cannot serve cheaply, when few rows match; else the order.
Lead choose_lead(Connection& connection, const InvoiceQuery& query) {
  const bool by_date = query.order != InvoiceOrder::by_recorded_at;
  const Lead in_order = by_date ? lead_by_date(query) : Lead::recorded_at;
  // An index that already leads to few rows needs no better one.
  if (by_date && in_order != Lead::date && in_order != Lead::voided) return in_order;
  for (const Lead lead : narrow_leads(query)) {
    const auto count = count_statement(query, lead);
    auto rows = connection.prepared(count.sql).query_values(count.values);
    if (rows.next() && rows.integer(0) <= kNarrowRowsMax) return lead;
  }
  return in_order;
}

Result<InvoicePage> read_page(Connection& connection, const InvoiceQuery& query) {
  const Lead lead = choose_lead(connection, query);
  const auto page_of = page_statement(query, lead);
  auto rows = connection.prepared(page_of.sql).query_values(page_of.values);
  InvoicePage page;
  Instant last_key{};
  std::size_t bytes = 0;
  while (rows.next()) {
    if (page.documents.size() == query.limit || bytes >= kPageBytesMax) {
      page.next = InvoicePosition{last_key, page.documents.back().id};
      break;
    }
    bytes += rows.text(1).size();
    page.documents.push_back(
        {to_id(rows.blob(0)), std::string(rows.text(1)), to_status(rows.integer(2))});
    last_key = to_instant(rows.integer(3));
  }
  return page;
}

}  // namespace

SqliteInvoiceStore::SqliteInvoiceStore(Database& database, InvoiceStoreOptions options)
    : engine_(database.engine()), options_(options) {}

Task<Result<InsertOutcome>> SqliteInvoiceStore::insert(const Invoice& invoice) {
  // Written here and not on the one writer's thread, which is the bottleneck.
  const std::string json = codec::write_invoice(invoice);
  auto work = [this, &invoice, &json](WriteSession& session) {
    return insert_invoice(session, invoice, json, options_.unique_reference);
  };
  auto outcome = co_await engine_.write(std::move(work));
  co_return outcome;
}

Task<std::vector<Result<InsertOutcome>>> SqliteInvoiceStore::insert_all(
    std::span<const Invoice> invoices) {
  using Outcomes = std::vector<Result<InsertOutcome>>;
  std::vector<std::string> texts;
  texts.reserve(invoices.size());
  for (const auto& invoice : invoices) texts.push_back(codec::write_invoice(invoice));
  auto work = [this, invoices, &texts](WriteSession& session) -> Result<Outcomes> {
    Outcomes outcomes;
    outcomes.reserve(invoices.size());
    for (std::size_t i = 0; i < invoices.size(); ++i) {
      outcomes.push_back(insert_invoice(session, invoices[i], texts[i], options_.unique_reference));
    }
    return outcomes;
  };
  auto outcomes =
      co_await engine_.write(std::move(work), std::max<std::size_t>(invoices.size(), 1));
  if (!outcomes) co_return Outcomes(invoices.size(), Result<InsertOutcome>(outcomes.error()));
  co_return *std::move(outcomes);
}

Task<Result<std::optional<InvoiceDocument>>> SqliteInvoiceStore::find(const InvoiceId& id) {
  // A point read in mapped memory costs less than the way to another thread and back. A page that
  // is not in memory does hold this thread up for one disk read.
  if (const auto commits = engine_.commits()) {
    const Executor executor = co_await boost::asio::this_coro::executor;
    try {
      Connection* const mine = engine_.point_readers().mine(*commits, executor);
      if (mine != nullptr) co_return find_by(*mine, engine_.positions(), id);
    } catch (const SqlError& error) {
      engine_.point_readers().forget_mine();
      co_return error.to_error();
    }
  }
  auto read = [this, &id](Connection& connection) {
    return find_by(connection, engine_.positions(), id);
  };
  auto found = co_await engine_.read(std::move(read));
  co_return found;
}

Task<Result<std::optional<VoidOutcome>>> SqliteInvoiceStore::mark_void(const InvoiceId& id,
                                                                       const Voiding& voiding) {
  auto work = [&id, &voiding](WriteSession& session) { return void_invoice(session, id, voiding); };
  auto outcome = co_await engine_.write(std::move(work));
  co_return outcome;
}

Task<Result<InvoicePage>> SqliteInvoiceStore::list(const InvoiceQuery& query) {
  auto read = [&query](Connection& connection) { return read_page(connection, query); };
  auto page = co_await engine_.read(std::move(read));
  co_return page;
}

}  // namespace invoicing::sqlite
