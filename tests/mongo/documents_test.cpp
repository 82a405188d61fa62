// What stands in the collection: our documents byte for byte, and the original's, read as they are.
#include <gmock/gmock.h>

#include "codec/invoice_json.hpp"
#include "tests/mongo/mongo_fixture.hpp"

namespace invoicing::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class MongoDocuments : public MongoTest {
 protected:
  /// The member `name` of the API's document of this id, as JSON text up to the next comma.
  std::string answer(std::uint64_t number) {
    const auto found = run(opened->invoices.find(id_of(number)));
    EXPECT_TRUE(found && *found) << number;
    return found && *found ? (*found)->json : std::string();
  }

  void insert_original(std::uint64_t number, const std::string& members) {
    database.insert("invoices", R"([{"_id": {"$oid": ")" + id_of(number).to_hex() +
                                    R"("}, "customer": "Ada", "reference": "R", "__v": 0, )" +
                                    members + "}]");
  }
};

TEST_F(MongoDocuments, ours_have_the_members_of_the_reference_page) {
  Invoice invoice = sample_invoice(7);
  invoice.amount = {10010, *Currency::from_code("EUR")};
  invoice.items = {{"DG334", {1500}}, {"DG335", {2000}}};
  invoice.metadata = {{"$till.4", "x"}, {"", "y"}};
  ASSERT_TRUE(run(open().invoices.insert(invoice)));
  const std::string hash = R"("requestHash" : { "$binary" : { "base64" : ")";
  EXPECT_THAT(
      database.documents("invoices"),
      ElementsAre(::testing::AllOf(
          HasSubstr(
              R"({ "_id" : { "$oid" : "000000000000000000000007" }, "customer" : "Ada", )"
              R"("amount" : 100.09999999999999432, "amountMinor" : 10010, "currency" : "EUR", )"
              R"("reference" : "R-7", "date" : { "$date" : "2026-11-22T10:00:00Z" }, )"
              R"("items" : [ { "sku" : "DG334", "qt" : 1.5, "qtMilli" : 1500 }, )"
              R"({ "sku" : "DG335", "qt" : 2.0, "qtMilli" : 2000 } ], "status" : "issued", )"
              R"("metadata" : [ { "key" : "$till.4", "value" : "x" }, { "key" : "", "value" : "y" } ], )"
              R"("recordedAt" : { "$date" : "2026-11-22T10:00:00.007Z" }, "createdBy" : null, )"
              R"("voidedAt" : null, "voidedBy" : null, "voidReason" : null, )"),
          HasSubstr(hash), HasSubstr(R"("__v" : 0 })"))));
  EXPECT_EQ(answer(7), codec::write_invoice(invoice));
}

TEST_F(MongoDocuments, a_void_sets_four_members_and_no_other) {
  ASSERT_TRUE(run(open().invoices.insert(sample_invoice(1))));
  const auto before = database.documents("invoices").at(0);
  const Voiding voiding{at(5000), "wrong customer", {}};
  ASSERT_TRUE(run(opened->invoices.mark_void(id_of(1), voiding)));
  auto right = before;
  const auto replace = [&](const std::string& old_text, const std::string& new_text) {
    ASSERT_NE(right.find(old_text), std::string::npos);
    right.replace(right.find(old_text), old_text.size(), new_text);
  };
  replace(R"("status" : "issued")", R"("status" : "void")");
  replace(R"("voidedAt" : null)", R"("voidedAt" : { "$date" : "2026-11-22T10:00:05Z" })");
  replace(R"("voidReason" : null)", R"("voidReason" : "wrong customer")");
  EXPECT_EQ(database.documents("invoices").at(0), right);
}

TEST_F(MongoDocuments, the_originals_are_read_with_the_shortest_decimal_of_their_numbers) {
  mongo::ClientOptions options;
  options.default_currency = *Currency::from_code("EUR");
  open(options);
  const std::string date = R"("date": {"$date": "2026-11-22T10:00:00Z"}, )";
  insert_original(1, date + R"("amount": {"$numberDouble": "100.1"}, "items": [
      {"sku": "DG334", "qt": {"$numberInt": "2"}, "_id": {"$oid": "6921a0f0c0ffee0123456789"}},
      {"sku": "DG335", "qt": {"$numberDouble": "0.1"}}])");
  insert_original(2, date + R"("amount": {"$numberInt": "7"}, "items": [])");
  insert_original(3, date + R"("amount": {"$numberDouble": "0.125"})");
  insert_original(4, date + R"("amount": {"$numberDouble": "0.135"}, "status": "void")");
  insert_original(5, date + R"("amount": {"$numberLong": "12"}, "status": "paid")");
  EXPECT_THAT(answer(1), HasSubstr(R"("amount":100.10,"currency":"EUR")"));
  EXPECT_THAT(answer(1), HasSubstr(R"([{"sku":"DG334","qt":2},{"sku":"DG335","qt":0.1}])"));
  EXPECT_THAT(answer(2), HasSubstr(R"("amount":7.00,)"));
  EXPECT_THAT(answer(3), HasSubstr(R"("amount":0.12,)"));  // half to even
  EXPECT_THAT(answer(4), HasSubstr(R"("amount":0.14,)"));
  EXPECT_THAT(answer(4), HasSubstr(R"("status":"void")"));
  EXPECT_THAT(answer(5), HasSubstr(R"("status":"issued")"));
  EXPECT_THAT(answer(5), HasSubstr(R"("recordedAt":"1970-01-01T00:00:00.000Z")"));

  InvoiceQuery query;
  query.currency = options.default_currency;
  query.status = InvoiceStatus::issued;
  const auto page = run(opened->invoices.list(query));
  ASSERT_TRUE(page);
  EXPECT_EQ(page->documents.size(), 4u);
}

TEST_F(MongoDocuments, what_is_no_invoice_is_left_out_of_lists_and_named_when_asked_for) {
  open();
  const std::string date = R"("date": {"$date": "2026-11-22T10:00:00Z"}, )";
  insert_original(1, R"("amount": 1)");                                  // no date
  insert_original(2, date + R"("amount": "12.50")");                     // a text
  insert_original(3, date + R"("amount": {"$numberDouble": "NaN"})");    // no number
  insert_original(4, date + R"("amount": -1)");                          // no amount of ours
  insert_original(5, date + R"("amount": 1, "items": [{"sku": "A"}])");  // no quantity
  insert_original(6, R"("amount": 1, "date": "2026-11-22")");            // a text
  for (std::uint64_t number = 7; number <= 12; ++number) {
    insert_original(number, date + R"("amount": 1)");
  }
  for (std::uint64_t number = 1; number <= 6; ++number) {
    const auto found = run(opened->invoices.find(id_of(number)));
    ASSERT_FALSE(found) << number;
    EXPECT_EQ(found.error().code(), ErrorCode::stored_data_invalid);
  }
  for (const auto order : {InvoiceOrder::by_date, InvoiceOrder::by_date_descending}) {
    InvoiceQuery query;
    query.order = order;
    query.limit = 2;
    std::size_t listed = 0;
    for (int pages = 1; pages <= 3; ++pages) {
      const auto page = run(opened->invoices.list(query));
      ASSERT_TRUE(page);
      EXPECT_EQ(page->documents.size(), 2u);
      listed += page->documents.size();
      EXPECT_EQ(page->next.has_value(), pages < 3);
      query.after = page->next;
    }
    EXPECT_EQ(listed, 6u);
  }
  EXPECT_GT(opened->client->stats().unreadable_documents, 0u);
}

TEST_F(MongoDocuments, a_list_of_what_is_no_invoice_ends) {
  open();
  for (std::uint64_t number = 1; number <= 9; ++number) {
    insert_original(number, R"("date": {"$date": "2026-11-22T10:00:00Z"}, "amount": "x")");
  }
  InvoiceQuery query;
  query.limit = 1;
  const auto page = run(opened->invoices.list(query));
  ASSERT_TRUE(page);
  EXPECT_TRUE(page->documents.empty());
  EXPECT_FALSE(page->next);
}

TEST_F(MongoDocuments, indexes_are_made_once_however_often_they_are_asked_for) {
  open();
  const auto before = database.command(R"({"listIndexes": "invoices"})");
  for (const char* name : {"by_date", "by_customer", "by_reference", "by_sku", "by_currency",
                           "voids_by_date", "by_recorded_at", "voids_by_voided_at"}) {
    EXPECT_THAT(before, HasSubstr(name));
  }
  ASSERT_TRUE(run(opened->client->prepare()));
  EXPECT_EQ(database.command(R"({"listIndexes": "invoices"})"), before);
}

// Where the server can say how it reads (ours for tests cannot), no documented filter reads all.
TEST_F(MongoDocuments, no_documented_filter_scans_the_collection) {
  if (shared_mongo_is_test_server()) {
    GTEST_SKIP() << "the test server has no explain; set MONGO_URI_TEST to a real one";
  }
  open();
  std::vector<Invoice> batch;
  RandomInvoices random(test_seed());
  for (int i = 0; i < 1000; ++i) batch.push_back(random.next());
  for (const auto& outcome : run(opened->invoices.insert_all(batch))) ASSERT_TRUE(outcome);
  const std::string dates = R"("date": {"$gte": {"$date": "2026-11-22T10:00:00Z"}})";
  const std::vector<std::string> filters = {
      dates,
      R"("customer": "Ada", )" + dates,
      R"("reference": "R-7", )" + dates,
      R"("items.sku": "rare", )" + dates,
      R"("currency": {"$in": ["USD", null]}, )" + dates,
      R"("status": "void", )" + dates,
  };
  for (const auto& filter : filters) {
    const auto plan = database.command(R"({"explain": {"find": "invoices", "filter": {)" + filter +
                                       R"(}, "sort": {"date": 1, "_id": 1}, "limit": 10}})");
    EXPECT_THAT(plan, ::testing::Not(HasSubstr("COLLSCAN"))) << filter;
    EXPECT_THAT(plan, HasSubstr("IXSCAN")) << filter;
  }
}

}  // namespace
}  // namespace invoicing::testing
