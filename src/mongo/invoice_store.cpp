#include "mongo/invoice_store.hpp"

#include <thread>

#include "codec/invoice_json.hpp"
#include "mongo/engine.hpp"
#include "mongo/invoice_documents.hpp"
#include "mongo/invoice_query.hpp"

namespace invoicing::mongo {
namespace {

// Documents of 100 KB are possible; a thousand of them in every list at once are too much.
constexpr std::size_t kPageBytesMax = 4 * 1024 * 1024;
// How long a document that is there may take to be there for a majority.
constexpr int kReadBacks = 20;
constexpr std::chrono::milliseconds kReadBackPause{100};

const Error kNotYetDurable(ErrorCode::storage_unavailable,
                           "The store has this invoice but not yet safely; try again shortly.");

Document by_id(const InvoiceId& id) {
  Document filter;
  filter.id("_id", id);
  return filter;
}

Result<std::optional<StoredInvoice>> read_back(Session& session, const Engine& engine,
                                               const InvoiceId& id, Concern concern) {
  const auto found = session.find_one(collections::kInvoices, concern, by_id(id));
  if (!found) return std::optional<StoredInvoice>();
  auto stored = from_document(found->get(), engine.options().default_currency);
  if (!stored) return stored.error();
  return std::optional<StoredInvoice>(*std::move(stored));
}

InsertOutcome replay(StoredInvoice stored, const Invoice& invoice) {
  if (!stored.has_request_hash || stored.invoice.request_hash != invoice.request_hash) {
    return {.result = InsertResult::clashed, .document = {}};
  }
  // As it was at creation, also when it is void by now.
  stored.invoice.voiding.reset();
  return {.result = InsertResult::replayed, .document = to_answer(stored.invoice)};
}

/// The outcome for an id, or a reference, that the server says is there. What it refers to may not
/// be there for a majority yet: then it is waited for, because a fail-over could still take it
/// back.
Result<InsertOutcome> outcome_of_duplicate(Session& session, const Engine& engine,
                                           const Invoice& invoice) {
  for (int i = 0; i < kReadBacks; ++i) {
    if (i > 0) std::this_thread::sleep_for(kReadBackPause);
    auto stored = read_back(session, engine, invoice.id, Concern::majority);
    if (!stored) return stored.error();
    if (*stored) return replay(**std::move(stored), invoice);
    if (!engine.options().unique_reference) continue;
    const auto local = session.find_one(collections::kInvoices, Concern::local, by_id(invoice.id));
    if (!local) return InsertOutcome{.result = InsertResult::reference_taken, .document = {}};
  }
  return kNotYetDurable;
}

/// With UNIQUE_REFERENCE: the reference belongs to an invoice that was stored without the option,
/// where the unique index does not see it.
bool is_reference_taken(Session& session, const Invoice& invoice) {
  Document filter;
  Document other;
  other.id("$ne", invoice.id);
  filter.text("reference", invoice.reference).document("_id", other);
  Document options;
  options.document("projection", Document().small("_id", 1));
  return session.find_one(collections::kInvoices, Concern::local, filter, options).has_value();
}

InsertOutcome created(const Invoice& invoice) {
  return {.result = InsertResult::created, .document = to_answer(invoice)};
}

Result<InsertOutcome> insert_one(Session& session, const Engine& engine, const Invoice& invoice) {
  const bool unique_reference = engine.options().unique_reference;
  if (unique_reference && is_reference_taken(session, invoice)) {
    // A retry of the invoice that has it is no second one.
    auto stored = read_back(session, engine, invoice.id, Concern::majority);
    if (!stored) return stored.error();
    if (*stored) return replay(**std::move(stored), invoice);
    return InsertOutcome{.result = InsertResult::reference_taken, .document = {}};
  }
  try {
    session.insert(collections::kInvoices, to_document(invoice, unique_reference));
    return created(invoice);
  } catch (const MongoError& error) {
    if (error.failure() != Failure::duplicate_key) throw;
  }
  return outcome_of_duplicate(session, engine, invoice);
}

std::vector<Result<InsertOutcome>> insert_many(Session& session, const Engine& engine,
                                               std::span<const Invoice> invoices) {
  std::vector<Document> documents;
  documents.reserve(invoices.size());
  for (const Invoice& invoice : invoices) documents.push_back(to_document(invoice, false));
  const auto failures = session.insert_all(collections::kInvoices, documents);
  std::vector<Result<InsertOutcome>> outcomes;
  outcomes.reserve(invoices.size());
  for (std::size_t i = 0; i < invoices.size(); ++i) {
    if (!failures[i]) {
      outcomes.emplace_back(created(invoices[i]));
    } else if (failures[i]->failure() != Failure::duplicate_key) {
      outcomes.emplace_back(failures[i]->to_error());
    } else {
      outcomes.push_back(outcome_of_duplicate(session, engine, invoices[i]));
    }
  }
  return outcomes;
}

/// One by one: what a reference is worth depends on the invoices before it.
std::vector<Result<InsertOutcome>> insert_in_order(Session& session, const Engine& engine,
                                                   std::span<const Invoice> invoices) {
  std::vector<Result<InsertOutcome>> outcomes;
  outcomes.reserve(invoices.size());
  for (const Invoice& invoice : invoices) {
    try {
      outcomes.push_back(insert_one(session, engine, invoice));
    } catch (const MongoError& error) {
      outcomes.emplace_back(error.to_error());
    }
  }
  return outcomes;
}

Result<std::optional<VoidOutcome>> void_one(Session& session, const Engine& engine,
                                            const InvoiceId& id, const Voiding& voiding) {
  Document filter = by_id(id);
  filter.document("status", Document().text("$ne", "void"));
  Document fields;
  fields.text("status", "void").instant("voidedAt", voiding.at);
  fields.text("voidReason", voiding.reason);
  if (voiding.by.empty()) {
    fields.null("voidedBy");
  } else {
    fields.text("voidedBy", voiding.by);
  }
  Document update;
  update.document("$set", fields);
  const auto updated = session.find_and_update(collections::kInvoices, filter, update, {});
  if (updated) {
    const auto stored = from_document(updated->get(), engine.options().default_currency);
    if (!stored) return stored.error();
    return std::optional<VoidOutcome>({VoidResult::voided, to_answer(stored->invoice)});
  }
  const auto stored = read_back(session, engine, id, Concern::majority);
  if (!stored) return stored.error();
  if (*stored && (*stored)->invoice.voiding) {
    return std::optional<VoidOutcome>({VoidResult::already_void, to_answer((*stored)->invoice)});
  }
  // Nobody has it, or the void of somebody else is not yet safe.
  const bool is_there =
      session.find_one(collections::kInvoices, Concern::local, by_id(id)).has_value();
  if (is_there) return kNotYetDurable;
  return std::optional<VoidOutcome>();
}

/// Fills one page, row by row.
class PageReader {
 public:
  PageReader(Session& session, Engine& engine, InvoiceQuery query)
      : session_(session), engine_(engine), query_(std::move(query)) {}

  InvoicePage read() {
    // A row may be no invoice and then takes no place: goes on until the page is full or nothing is
    // left. The server is always told a limit, so that a sort of its own stays small.
    while (read_rows()) query_.after = last_row_;
    if (is_full_) page_.next = last_;
    return std::move(page_);
  }

 private:
  /// True when there may be more and the page is not full.
  bool read_rows() {
    const std::size_t wanted = query_.limit - page_.documents.size() + 1;
    std::size_t rows = 0;
    const auto visit = [&](const bson_t* row) {
      ++rows;
      return take(row);
    };
    for (const Document& filter : filters_of(query_, engine_.options().default_currency)) {
      Document options;
      options.document("sort", sort_of(query_));
      options.integer("limit", static_cast<std::int64_t>(wanted - rows));
      session_.find(collections::kInvoices, Concern::local, filter, options, visit);
      if (is_full_) return false;
      if (rows == wanted) return last_row_.has_value();
    }
    return false;
  }

  /// False ends the read: the page is full.
  bool take(const bson_t* row) {
    const bool by_recorded_at = query_.order == InvoiceOrder::by_recorded_at;
    const Reader in(row);
    const auto key = in.instant(by_recorded_at ? "recordedAt" : "date");
    const auto id = in.id("_id");
    const auto stored = from_document(row, engine_.options().default_currency);
    if (stored && (page_.documents.size() == query_.limit || bytes_ >= kPageBytesMax)) {
      is_full_ = true;
      return false;
    }
    if (key && id) last_row_ = InvoicePosition{*key, *id};
    if (!stored) {
      engine_.count_unreadable();
      return true;
    }
    page_.documents.push_back(to_answer(stored->invoice));
    bytes_ += page_.documents.back().json.size();
    last_ = last_row_;
    return true;
  }

  Session& session_;
  Engine& engine_;
  InvoiceQuery query_;
  InvoicePage page_;
  std::optional<InvoicePosition> last_;      // of the last invoice on the page
  std::optional<InvoicePosition> last_row_;  // of whatever was read last
  std::size_t bytes_ = 0;
  bool is_full_ = false;
};

}  // namespace

Task<Result<InsertOutcome>> MongoInvoiceStore::insert(const Invoice& invoice) {
  auto work = [this, &invoice](Session& session) { return insert_one(session, engine_, invoice); };
  auto outcome = co_await engine_.run(Lane::quick, std::move(work));
  co_return outcome;
}

Task<std::vector<Result<InsertOutcome>>> MongoInvoiceStore::insert_all(
    std::span<const Invoice> invoices) {
  using Outcomes = std::vector<Result<InsertOutcome>>;
  auto work = [this, invoices](Session& session) -> Result<Outcomes> {
    return engine_.options().unique_reference ? insert_in_order(session, engine_, invoices)
                                              : insert_many(session, engine_, invoices);
  };
  auto outcomes = co_await engine_.run(Lane::quick, std::move(work));
  if (!outcomes) co_return Outcomes(invoices.size(), Result<InsertOutcome>(outcomes.error()));
  co_return *std::move(outcomes);
}

Task<Result<std::optional<InvoiceDocument>>> MongoInvoiceStore::find(const InvoiceId& id) {
  auto read = [this, &id](Session& session) -> Result<std::optional<InvoiceDocument>> {
    const auto stored = read_back(session, engine_, id, Concern::local);
    if (!stored) return stored.error();
    if (!*stored) return std::optional<InvoiceDocument>();
    return std::optional<InvoiceDocument>(to_answer((*stored)->invoice));
  };
  auto found = co_await engine_.run(Lane::quick, std::move(read));
  co_return found;
}

Task<Result<std::optional<VoidOutcome>>> MongoInvoiceStore::mark_void(const InvoiceId& id,
                                                                      const Voiding& voiding) {
  auto work = [this, &id, &voiding](Session& session) {
    return void_one(session, engine_, id, voiding);
  };
  auto outcome = co_await engine_.run(Lane::quick, std::move(work));
  co_return outcome;
}

Task<Result<InvoicePage>> MongoInvoiceStore::list(const InvoiceQuery& query) {
  auto read = [this, &query](Session& session) -> Result<InvoicePage> {
    return PageReader(session, engine_, query).read();
  };
  auto page = co_await engine_.run(Lane::quick, std::move(read));
  co_return page;
}

}  // namespace invoicing::mongo
