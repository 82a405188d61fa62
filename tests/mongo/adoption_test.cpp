// The original's documents come into the books, and what is no invoice is counted and left.
#include <gmock/gmock.h>

#include "tests/mongo/mongo_fixture.hpp"

namespace invoicing::testing {
namespace {

using std::chrono::hours;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

const char* const kOriginals = R"([
  {"_id": {"$oid": "692180000000000000000001"}, "customer": "Ada", "amount": 100.1, "reference": "A",
   "date": {"$date": "2026-11-22T10:00:00Z"}, "__v": 0,
   "items": [{"sku": "DG334", "qt": 2, "_id": {"$oid": "692180000000000000000101"}},
             {"sku": "DG335", "qt": 0.5, "_id": {"$oid": "692180000000000000000102"}}]},
  {"_id": {"$oid": "692180000000000000000002"}, "customer": "Bo", "amount": 7, "reference": "B",
   "date": {"$date": "2026-11-22T11:00:00Z"}, "__v": 0, "items": [], "status": "void"},
  {"_id": {"$oid": "692180000000000000000003"}, "customer": "Cy", "amount": 1, "reference": "C",
   "date": {"$date": "2026-11-22T12:00:00Z"}, "__v": 3, "items": [{"sku": "DG334", "qt": 1}], "status": "paid"}])";

const char* const kUnfit = R"([
  {"_id": {"$oid": "6921800000000000000000a1"}, "customer": "Di", "amount": 5, "reference": "D", "items": []},
  {"_id": {"$oid": "6921800000000000000000a2"}, "customer": "Ed", "amount": "five", "reference": "E",
   "date": {"$date": "2026-11-22T10:00:00Z"}, "items": []}])";

class MongoAdoption : public MongoTest {
 protected:
  void SetUp() override { open(); }

  mongo::AdoptionResult adopt(Instant now = at()) {
    const auto adopted = run(opened->adoption.adopt(now));
    EXPECT_TRUE(adopted) << adopted.error().detail();
    return adopted ? *adopted : mongo::AdoptionResult{};
  }

  const Window day{at(), at() + hours(3)};
};

TEST_F(MongoAdoption, an_empty_database_has_nothing_to_adopt) {
  const auto adopted = adopt();
  EXPECT_EQ(adopted.adopted, 0);
  EXPECT_EQ(adopted.left, 0);
}

TEST_F(MongoAdoption, figures_count_what_is_adopted_exactly) {
  database.insert("invoices", kOriginals);
  EXPECT_TRUE(figures(day).is_zero());
  EXPECT_EQ(adopt().adopted, 3);
  const Currency usd;
  const Figures right{{{usd, 2, 10110, 1}}, {{"DG334", 3000}, {"DG335", 500}}};
  EXPECT_EQ(figures(day), right);
  EXPECT_EQ(adopt().adopted, 0);
  EXPECT_EQ(figures(day), right);
  EXPECT_EQ(opened->client->stats().adopted_documents, 3u);
}

TEST_F(MongoAdoption, only_what_is_missing_is_written) {
  database.insert("invoices", kOriginals);
  ASSERT_EQ(adopt(at(77)).adopted, 3);
  const auto documents = database.documents("invoices");
  ASSERT_EQ(documents.size(), 3u);
  const auto has = [](const std::string& text) { return HasSubstr(text); };
  EXPECT_THAT(documents[0], has(R"("amount" : 100.09999999999999432,)"));
  EXPECT_THAT(documents[0], has(R"("items" : [ { "sku" : "DG334", "qt" : 2, "_id" : { "$oid" : )"
                                R"("692180000000000000000101" }, "qtMilli" : 2000 }, )"));
  for (const char* member :
       {R"("amountMinor" : 10010)", R"("currency" : "USD")", R"("status" : "issued")",
        R"("recordedAt" : { "$date" : "2026-11-22T10:00:00.077Z" })"}) {
    EXPECT_THAT(documents[0], has(member));
  }
  EXPECT_THAT(documents[1], has(R"("status" : "void")"));
  EXPECT_THAT(documents[2], has(R"("status" : "paid")"));
  EXPECT_THAT(documents[2], has(R"("__v" : 3)"));
}

TEST_F(MongoAdoption, what_has_no_date_or_money_is_left_counted_and_named) {
  database.insert("invoices", kOriginals);
  database.insert("invoices", kUnfit);
  const auto unfit = [&] {
    const auto documents = database.documents("invoices");
    return std::vector(documents.begin() + 3, documents.end());
  };
  const auto before = unfit();
  const auto adopted = adopt();
  EXPECT_EQ(adopted.adopted, 3);
  EXPECT_EQ(adopted.left, 2);
  EXPECT_THAT(adopted.examples,
              ::testing::UnorderedElementsAre(
                  ::testing::AllOf(HasSubstr("6921800000000000000000a1"), HasSubstr("date")),
                  ::testing::AllOf(HasSubstr("6921800000000000000000a2"), HasSubstr("amount"))));
  EXPECT_EQ(unfit(), before);
  EXPECT_EQ(adopt().left, 2);
}

TEST_F(MongoAdoption, an_adopted_invoice_is_a_change_of_its_window) {
  database.insert("invoices", kOriginals);
  ASSERT_EQ(adopt(at() + hours(100)).adopted, 3);
  const std::vector<Window> windows = {{kBeginningOfTime, at()},
                                       {at(), at() + hours(1)},
                                       {at() + hours(1), at() + hours(2)},
                                       {at() + hours(3), at() + hours(4)}};
  const auto changed_since = [&](Instant seen_until) {
    const auto look = run(opened->ledger.snapshot(at()));
    const auto changed = run((*look)->changed_since({seen_until, 0}, windows));
    return changed ? *changed : windows;
  };
  EXPECT_THAT(changed_since(at() + hours(123)), ElementsAre(windows[1], windows[2]));
  EXPECT_THAT(changed_since(at() + hours(124)), ElementsAre());
}

TEST_F(MongoAdoption, an_invoice_that_was_void_before_its_adoption_stays_so) {
  database.insert("invoices", kOriginals);
  const auto id = *InvoiceId::from_hex("692180000000000000000001");
  const auto voided = run(opened->invoices.mark_void(id, {at(5), "returned", {}}));
  ASSERT_TRUE(voided && *voided);
  EXPECT_EQ(adopt().adopted, 3);
  EXPECT_EQ(figures(day), (Figures{{{Currency(), 1, 100, 2}}, {{"DG334", 1000}}}));
}

TEST_F(MongoAdoption, many_batches_are_adopted_whole) {
  std::string json = "[";
  for (int i = 0; i < 1203; ++i) {
    if (i > 0) json += ',';
    json +=
        R"({"amount": 0.1, "date": {"$date": "2026-11-22T10:00:00Z"}, "items": [{"sku": "A", "qt": 1}]})";
  }
  database.insert("invoices", json + "]");
  EXPECT_EQ(adopt().adopted, 1203);
  EXPECT_EQ(figures(day), (Figures{{{Currency(), 1203, 12030, 0}}, {{"A", 1'203'000}}}));
}

}  // namespace
}  // namespace invoicing::testing
