#include "mongo/move_source.hpp"

#include "mongo/delivery_documents.hpp"
#include "mongo/engine.hpp"
#include "mongo/invoice_documents.hpp"
#include "mongo/move_note.hpp"
#include "mongo/report_documents.hpp"

namespace invoicing::mongo {
namespace {

// A batch ends after this many bytes, however few documents that is.
constexpr std::size_t kBatchBytes = 4'000'000;

Document ascending(std::initializer_list<const char*> keys, std::size_t limit) {
  Document sort;
  for (const char* key : keys) sort.small(key, 1);
  Document options;
  options.document("sort", sort).integer("limit", static_cast<std::int64_t>(limit));
  return options;
}

Document invoices_after(const std::string& position) {
  Document filter;
  if (const auto id = InvoiceId::from_hex(position)) {
    Document after;
    after.id("$gt", *id);
    filter.document("_id", after);
  }
  return filter;
}

InvoiceBatch read_invoices(Session& session, const Currency& currency, const std::string& position,
                           std::size_t limit) {
  InvoiceBatch batch{.invoices = {}, .position = position, .more = false};
  std::size_t bytes = 0;
  std::size_t documents = 0;
  session.find(collections::kInvoices, Concern::majority, invoices_after(position),
               ascending({"_id"}, limit), [&](const bson_t* row) {
                 ++documents;
                 bytes += row->len;
                 auto stored = from_document(row, currency);
                 if (const auto id = Reader(row).id("_id")) batch.position = id->to_hex();
                 if (stored && stored->is_adopted) {
                   batch.invoices.push_back(std::move(stored->invoice));
                 }
                 return bytes <= kBatchBytes;
               });
  batch.more = (bytes > kBatchBytes || documents == limit) && batch.position != position;
  return batch;
}

Document deliveries_after(const Delivery& after) {
  Document later;
  later.text("$gt", after.message_id);
  Document later_recipient;
  later_recipient.text("$gt", after.recipient);
  std::vector<Document> either(2);
  either[0].document("messageId", later);
  either[1].text("messageId", after.message_id).document("recipient", later_recipient);
  Document filter;
  filter.array("$or", either);
  return filter;
}

}  // namespace

Task<Result<MoveState>> MongoMoveSource::state() {
  auto read = [](Session& session) { return read_move_state(session); };
  auto state = co_await engine_.run(Lane::quick, std::move(read), Audience::administrator);
  co_return state;
}

Task<Result<void>> MongoMoveSource::set_note(const MoveNote& note) {
  auto work = [&note](Session& session) {
    Document members;
    members.document("move", to_document(note));
    return set_in_books(session, members);
  };
  auto outcome = co_await engine_.run(Lane::quick, std::move(work));
  co_return outcome;
}

Task<Result<InvoiceBatch>> MongoMoveSource::invoices(const std::string& position,
                                                     std::size_t limit) {
  auto read = [this, &position, limit](Session& session) -> Result<InvoiceBatch> {
    return read_invoices(session, engine_.options().default_currency, position, limit);
  };
  auto batch = co_await engine_.run(Lane::slow, std::move(read));
  co_return batch;
}

Task<Result<std::vector<StoredReport>>> MongoMoveSource::stored_reports(ReportNumber after,
                                                                        std::size_t limit) {
  auto read = [after, limit](Session& session) -> Result<std::vector<StoredReport>> {
    Document later;
    later.integer("$gt", after);
    Document filter;
    filter.document("_id", later);
    std::vector<StoredReport> reports;
    std::optional<Error> fault;
    std::size_t bytes = 0;
    session.find(collections::kReports, Concern::majority, filter, ascending({"_id"}, limit),
                 [&](const bson_t* row) {
                   auto report = read_report(row);
                   auto entry = read_entry(row);
                   if (!report || !entry) {
                     fault = report ? entry.error() : report.error();
                     return false;
                   }
                   reports.push_back({*std::move(report), *std::move(entry)});
                   bytes += row->len;
                   return bytes <= kBatchBytes;
                 });
    if (fault) return *std::move(fault);
    return reports;
  };
  auto reports = co_await engine_.run(Lane::slow, std::move(read));
  co_return reports;
}

Task<Result<std::vector<Delivery>>> MongoMoveSource::stored_deliveries(const Delivery& after,
                                                                       std::size_t limit) {
  auto read = [&after, limit](Session& session) -> Result<std::vector<Delivery>> {
    std::vector<Delivery> deliveries;
    std::optional<Error> fault;
    session.find(collections::kDeliveries, Concern::majority, deliveries_after(after),
                 ascending({"messageId", "recipient"}, limit), [&](const bson_t* row) {
                   auto delivery = read_delivery(row);
                   if (!delivery) {
                     fault = delivery.error();
                     return false;
                   }
                   deliveries.push_back(*std::move(delivery));
                   return true;
                 });
    if (fault) return *std::move(fault);
    return deliveries;
  };
  auto deliveries = co_await engine_.run(Lane::slow, std::move(read));
  co_return deliveries;
}

Task<Result<void>> MongoMoveSource::set_moved() {
  auto work = [](Session& session) {
    Document members;
    members.text("state", to_text(BooksState::moved));
    return set_in_books(session, members);
  };
  auto outcome = co_await engine_.run(Lane::quick, std::move(work));
  co_return outcome;
}

}  // namespace invoicing::mongo
