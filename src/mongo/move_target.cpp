#include "mongo/move_target.hpp"

#include <algorithm>
#include <map>
#include <string>

#include "mongo/delivery_documents.hpp"
#include "mongo/engine.hpp"
#include "mongo/invoice_documents.hpp"
#include "mongo/move_note.hpp"
#include "mongo/report_documents.hpp"

namespace invoicing::mongo {
namespace {

/// What is known of an invoice that is there.
struct Stored {
  bool same_request = false;
  bool is_void = false;
};

/// `ids`: documents whose _id is looked for, under the keys "0", "1", …
Document any_of(const Document& ids) {
  Document in;
  in.array_of("$in", ids);
  Document filter;
  filter.document("_id", in);
  return filter;
}

std::map<InvoiceId, Stored> find_stored(Session& session, std::span<const Invoice> invoices) {
  std::map<InvoiceId, const Invoice*> asked;
  Document ids;
  for (const Invoice& invoice : invoices) {
    ids.id(std::to_string(asked.size()), invoice.id);
    asked.emplace(invoice.id, &invoice);
  }
  Document members;
  members.small("requestHash", 1).small("status", 1);
  Document options;
  options.document("projection", members);
  std::map<InvoiceId, Stored> found;
  session.find(
      collections::kInvoices, Concern::local, any_of(ids), options, [&](const bson_t* row) {
        const Reader in(row);
        const auto id = in.id("_id");
        if (!id) return true;
        const auto hash = in.binary("requestHash").value_or(std::string_view());
        const auto same = [](char a, std::uint8_t b) { return static_cast<std::uint8_t>(a) == b; };
        found[*id] = {std::ranges::equal(hash, asked.at(*id)->request_hash.bytes, same),
                      in.text("status") == "void"};
        return true;
      });
  return found;
}

void insert_new(Session& session, const char* collection, std::span<const Document> documents) {
  for (const auto& failure : session.insert_all(collection, documents)) {
    if (failure) throw MongoError(*failure);
  }
}

/// In place of what is there. Nobody reads it yet, and cut short it is repeated.
void replace_all(Session& session, const char* collection, const Document& there,
                 std::span<const Document> documents) {
  session.remove_many(collection, there);
  insert_new(session, collection, documents);
}

Session::Update making_void(const Invoice& invoice) {
  Session::Update each;
  each.filter.id("_id", invoice.id);
  Document members = void_members(invoice.voiding);
  members.text("status", "void");
  each.update.document("$set", members);
  return each;
}

Result<std::size_t> put(Session& session, std::span<const Invoice> invoices) {
  const auto stored = find_stored(session, invoices);
  std::vector<Document> fresh;
  std::vector<Session::Update> voids;
  for (const Invoice& invoice : invoices) {
    const auto there = stored.find(invoice.id);
    if (there == stored.end()) {
      fresh.push_back(to_document(invoice, false));
    } else if (!there->second.same_request) {
      return Error(ErrorCode::stored_data_invalid,
                   "the invoice " + invoice.id.to_hex() + " is there with another content");
    } else if (invoice.voiding && !there->second.is_void) {
      voids.push_back(making_void(invoice));
    }
  }
  insert_new(session, collections::kInvoices, fresh);
  session.update_each(collections::kInvoices, voids);
  return fresh.size() + voids.size();
}

}  // namespace

Task<Result<MoveState>> MongoMoveTarget::state() {
  auto read = [](Session& session) { return read_move_state(session); };
  auto state = co_await engine_.run(Lane::quick, std::move(read), Audience::administrator);
  co_return state;
}

Task<Result<MoveState>> MongoMoveTarget::begin_import(const Books& books, const MoveNote& note) {
  auto work = [&books, &note](Session& session) -> Result<MoveState> {
    try {
      session.insert(collections::kBooks, to_document(books, note));
    } catch (const MongoError& error) {
      if (error.failure() != Failure::duplicate_key) throw;
    }
    return read_move_state(session);
  };
  auto outcome = co_await engine_.run(Lane::quick, std::move(work), Audience::administrator);
  co_return outcome;
}

Task<Result<std::size_t>> MongoMoveTarget::put_invoices(std::span<const Invoice> invoices) {
  auto work = [invoices](Session& session) { return put(session, invoices); };
  auto outcome = co_await engine_.run(Lane::slow, std::move(work), Audience::administrator);
  co_return outcome;
}

Task<Result<void>> MongoMoveTarget::put_reports(std::span<const StoredReport> reports) {
  auto work = [reports](Session& session) -> Result<void> {
    Document numbers;
    std::vector<Document> documents;
    for (const StoredReport& each : reports) {
      numbers.integer(std::to_string(documents.size()), each.report.number);
      documents.push_back(to_document(each.report, each.outbox));
    }
    replace_all(session, collections::kReports, any_of(numbers), documents);
    return {};
  };
  auto outcome = co_await engine_.run(Lane::slow, std::move(work), Audience::administrator);
  co_return outcome;
}

Task<Result<void>> MongoMoveTarget::put_deliveries(std::span<const Delivery> deliveries) {
  auto work = [deliveries](Session& session) -> Result<void> {
    Document keys;
    std::vector<Document> documents;
    for (const Delivery& each : deliveries) {
      keys.text(std::to_string(documents.size()), delivery_id(each.message_id, each.recipient));
      documents.push_back(to_document(each));
    }
    replace_all(session, collections::kDeliveries, any_of(keys), documents);
    return {};
  };
  auto outcome = co_await engine_.run(Lane::slow, std::move(work), Audience::administrator);
  co_return outcome;
}

Task<Result<void>> MongoMoveTarget::put_marks(const std::vector<ReportNumber>& marks) {
  auto work = [&marks](Session& session) -> Result<void> {
    std::vector<Document> documents;
    documents.reserve(marks.size());
    for (const ReportNumber mark : marks) {
      documents.push_back(std::move(Document().integer("_id", mark)));
    }
    replace_all(session, collections::kMarks, {}, documents);
    return {};
  };
  auto outcome = co_await engine_.run(Lane::slow, std::move(work), Audience::administrator);
  co_return outcome;
}

Task<Result<void>> MongoMoveTarget::open_imported() {
  auto work = [](Session& session) {
    Document members;
    members.text("state", to_text(BooksState::open));
    return set_in_books(session, members);
  };
  auto outcome = co_await engine_.run(Lane::quick, std::move(work), Audience::administrator);
  co_return outcome;
}

}  // namespace invoicing::mongo
