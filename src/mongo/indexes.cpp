#include "mongo/indexes.hpp"

#include <string>
#include <utility>
#include <vector>

namespace invoicing::mongo {
namespace {

struct Index {
  const char* name;
  std::vector<const char*> keys;
  Document options;
};

Document only_void() {
  return std::move(
      Document().document("partialFilterExpression", Document().text("status", "void")));
}

// Equality first, then the order of the list, so that any page of it is a range of the index.
std::vector<Index> invoice_indexes(bool unique_reference) {
  std::vector<Index> indexes = {
      // GET /invoices, alone or with startDate and endDate; the sums over a window.
      {"by_date", {"date", "_id"}, {}},
      // GET /invoices?customer=
      {"by_customer", {"customer", "date", "_id"}, {}},
      // GET /invoices?reference=, and UNIQUE_REFERENCE's look at what was stored without it.
      {"by_reference", {"reference", "date", "_id"}, {}},
      // GET /invoices?sku=
      {"by_sku", {"items.sku", "date", "_id"}, {}},
      // GET /invoices?currency=, with minAmount and maxAmount.
      {"by_currency", {"currency", "date", "_id"}, {}},
      // GET /invoices?status=void: few among many, so only those are in it.
      {"voids_by_date", {"status", "date", "_id"}, only_void()},
      // GET /invoices?recordedSince=&sort=recordedAt; adoption (recordedAt: null); which windows
      // have changed, answered from the index alone.
      {"by_recorded_at", {"recordedAt", "_id", "date"}, {}},
      // Which windows have changed by a void.
      {"voids_by_voided_at", {"voidedAt", "_id", "date"}, only_void()},
  };
  if (unique_reference) {
    // UNIQUE_REFERENCE: the field is there only in what was stored with the option, hence sparse.
    Document options;
    options.boolean("unique", true).boolean("sparse", true);
    indexes.push_back({"unique_reference", {"uniqueReference"}, std::move(options)});
  }
  return indexes;
}

std::vector<Index> report_indexes() {
  return {
      // GET /reports/{businessDay}
      {"by_business_day", {"businessDay"}, {}},
      // What was ever reported on a window.
      {"by_window", {"windows"}, {}},
      // The open entries of the outbox, oldest first.
      {"by_outbox_state", {"outbox.state", "_id"}, {}},
  };
}

std::vector<Index> delivery_indexes() {
  return {
      // The recipients of a message; the key of a claim is _id.
      {"by_message", {"messageId", "recipient"}, {}},
  };
}

std::vector<Index> activity_indexes() {
  return {
      // GET /activity, of a kind at a time.
      {"by_kind", {"kind", "at", "_id"}, {}},
  };
}

std::vector<Index> session_indexes() {
  return {
      // What is over goes.
      {"by_expires_at", {"expiresAt"}, {}},
  };
}

void make(Session& session, const char* collection, const std::vector<Index>& indexes) {
  std::vector<Document> wanted;
  for (const Index& index : indexes) {
    Document keys;
    for (const char* key : index.keys) keys.small(key, 1);
    Document each;
    each.document("key", keys).text("name", index.name).all_of(index.options);
    wanted.push_back(std::move(each));
  }
  Document command;
  session.write_command(command.text("createIndexes", collection).array("indexes", wanted));
}

}  // namespace

void make_indexes(Session& session, bool unique_reference) {
  make(session, collections::kInvoices, invoice_indexes(unique_reference));
  make(session, collections::kReports, report_indexes());
  make(session, collections::kDeliveries, delivery_indexes());
  make(session, collections::kActivity, activity_indexes());
  make(session, collections::kSessions, session_indexes());
}

}  // namespace invoicing::mongo
