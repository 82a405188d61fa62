#include "ports/invoice_store.hpp"

#include <algorithm>
#include <thread>

#include <gmock/gmock.h>

#include "codec/invoice_json.hpp"
#include "tests/contract/adapters.hpp"

namespace invoicing::testing {
namespace {

using InvoiceStoreContract = ContractTest;

Voiding some_voiding() {
  return {.at = at(5000), .reason = "wrong customer", .by = {}};
}

TEST_P(InvoiceStoreContract, an_inserted_invoice_is_found_as_its_canonical_document) {
  const Invoice invoice = sample_invoice(1);
  const auto inserted = run(adapters->invoices().insert(invoice));
  ASSERT_TRUE(inserted);
  EXPECT_EQ(inserted->result, InsertResult::created);
  EXPECT_EQ(inserted->document.json, codec::write_invoice(invoice));
  EXPECT_EQ(inserted->document.id, invoice.id);

  const auto found = run(adapters->invoices().find(invoice.id));
  ASSERT_TRUE(found && *found);
  EXPECT_EQ((*found)->json, codec::write_invoice(invoice));
  EXPECT_EQ((*found)->status, InvoiceStatus::issued);
  const auto missing = run(adapters->invoices().find(id_of(2)));
  ASSERT_TRUE(missing);
  EXPECT_FALSE(*missing);
}

TEST_P(InvoiceStoreContract, the_same_request_again_is_replayed_and_another_one_clashes) {
  const Invoice invoice = sample_invoice(1);
  Invoice retry = invoice;
  retry.recorded_at = at(99'000);
  Invoice other = invoice;
  other.request_hash = hash_of(2);
  other.customer = "Somebody else";
  ASSERT_TRUE(run(adapters->invoices().insert(invoice)));

  const auto replayed = run(adapters->invoices().insert(retry));
  ASSERT_TRUE(replayed);
  EXPECT_EQ(replayed->result, InsertResult::replayed);
  EXPECT_EQ(replayed->document.json, codec::write_invoice(invoice));
  const auto clashed = run(adapters->invoices().insert(other));
  ASSERT_TRUE(clashed);
  EXPECT_EQ(clashed->result, InsertResult::clashed);

  const auto page = run(adapters->invoices().list({}));
  ASSERT_TRUE(page);
  ASSERT_EQ(page->documents.size(), 1u);
  EXPECT_EQ(page->documents[0].json, codec::write_invoice(invoice));
}

TEST_P(InvoiceStoreContract, a_replay_is_the_same_after_a_restart_and_after_a_void) {
  const Invoice invoice = sample_invoice(1);
  const auto created = run(adapters->invoices().insert(invoice));
  ASSERT_TRUE(created);
  adapters->restart();
  const auto after_restart = run(adapters->invoices().insert(invoice));
  ASSERT_TRUE(after_restart);
  EXPECT_EQ(after_restart->result, InsertResult::replayed);
  EXPECT_EQ(after_restart->document.json, created->document.json);

  ASSERT_TRUE(run(adapters->invoices().mark_void(invoice.id, some_voiding())));
  const auto after_void = run(adapters->invoices().insert(invoice));
  ASSERT_TRUE(after_void);
  EXPECT_EQ(after_void->result, InsertResult::replayed);
  EXPECT_EQ(after_void->document.json, created->document.json);
  EXPECT_EQ(after_void->document.status, InvoiceStatus::issued);
}

TEST_P(InvoiceStoreContract, a_batch_gives_each_invoice_its_own_outcome_in_order) {
  const Invoice first = sample_invoice(1);
  Invoice clash = first;
  clash.request_hash = hash_of(77);
  const std::vector<Invoice> batch = {first, sample_invoice(2), first, clash, sample_invoice(3)};
  const auto outcomes = run(adapters->invoices().insert_all(batch));
  std::vector<InsertResult> results;
  for (const auto& outcome : outcomes) {
    ASSERT_TRUE(outcome);
    results.push_back(outcome->result);
  }
  EXPECT_THAT(results, ::testing::ElementsAre(InsertResult::created, InsertResult::created,
                                              InsertResult::replayed, InsertResult::clashed,
                                              InsertResult::created));
  EXPECT_EQ(outcomes[2]->document.json, codec::write_invoice(first));
  const auto none = run(adapters->invoices().insert_all({}));
  EXPECT_TRUE(none.empty());
}

TEST_P(InvoiceStoreContract, a_thousand_at_once_are_all_there) {
  std::vector<Invoice> batch;
  for (std::uint64_t i = 1; i <= 1000; ++i) batch.push_back(sample_invoice(i));
  const auto outcomes = run(adapters->invoices().insert_all(batch));
  ASSERT_EQ(outcomes.size(), batch.size());
  EXPECT_TRUE(std::ranges::all_of(outcomes, [](const auto& outcome) {
    return outcome && outcome->result == InsertResult::created;
  }));
  adapters->restart();
  InvoiceQuery query;
  query.limit = 1000;
  const auto page = run(adapters->invoices().list(query));
  ASSERT_TRUE(page);
  EXPECT_EQ(page->documents.size(), 1000u);
  EXPECT_FALSE(page->next);
}

TEST_P(InvoiceStoreContract, sixty_four_threads_with_one_key_store_one_invoice) {
  constexpr int kThreads = 64;
  const Invoice invoice = sample_invoice(1);
  std::vector<std::optional<Result<InsertOutcome>>> outcomes(kThreads);
  std::vector<std::thread> threads;
  for (auto& outcome : outcomes) {
    threads.emplace_back([&] {
      auto& own = contexts.fresh();
      outcome.emplace(testing::run(own, adapters->invoices().insert(invoice)));
    });
  }
  for (auto& thread : threads) thread.join();
  int created = 0;
  for (const auto& outcome : outcomes) {
    ASSERT_TRUE(outcome && *outcome);
    created += (*outcome)->result == InsertResult::created ? 1 : 0;
    EXPECT_NE((*outcome)->result, InsertResult::clashed);
    EXPECT_EQ((*outcome)->document.json, codec::write_invoice(invoice));
  }
  EXPECT_EQ(created, 1);
}

TEST_P(InvoiceStoreContract, a_void_is_for_good_and_says_so_the_second_time) {
  Invoice invoice = sample_invoice(1);
  ASSERT_TRUE(run(adapters->invoices().insert(invoice)));
  const auto voided = run(adapters->invoices().mark_void(invoice.id, some_voiding()));
  ASSERT_TRUE(voided && *voided);
  EXPECT_EQ((*voided)->result, VoidResult::voided);
  EXPECT_EQ((*voided)->document.status, InvoiceStatus::voided);
  invoice.voiding = some_voiding();
  EXPECT_EQ((*voided)->document.json, codec::write_invoice(invoice));

  adapters->restart();
  const Voiding later{.at = at(9000), .reason = "another reason", .by = {}};
  const auto again = run(adapters->invoices().mark_void(invoice.id, later));
  ASSERT_TRUE(again && *again);
  EXPECT_EQ((*again)->result, VoidResult::already_void);
  EXPECT_EQ((*again)->document.json, (*voided)->document.json);
  const auto found = run(adapters->invoices().find(invoice.id));
  ASSERT_TRUE(found && *found);
  EXPECT_EQ((*found)->json, (*voided)->document.json);
  EXPECT_EQ((*found)->status, InvoiceStatus::voided);

  const auto missing = run(adapters->invoices().mark_void(id_of(2), later));
  ASSERT_TRUE(missing);
  EXPECT_FALSE(*missing);
}

TEST_P(InvoiceStoreContract, texts_survive_byte_for_byte) {
  Invoice invoice = sample_invoice(1);
  invoice.customer = "O'Brien \"Ünï\" \xF0\x9F\x92\xB6 \\ ; DROP TABLE invoices";
  invoice.reference = std::string(200, 'r');
  invoice.metadata = {{"b", "2"}, {"a", ""}, {"emoji \xF0\x9F\x98\x80", "line\nbreak"}};
  invoice.created_by = "key-7";
  ASSERT_TRUE(run(adapters->invoices().insert(invoice)));
  adapters->restart();
  const auto found = run(adapters->invoices().find(invoice.id));
  ASSERT_TRUE(found && *found);
  const auto read = codec::read_invoice((*found)->json);
  ASSERT_TRUE(read);
  invoice.request_hash = {};
  EXPECT_EQ(*read, invoice);
}

TEST_P(InvoiceStoreContract, a_unique_reference_is_refused_the_second_time_whatever_its_status) {
  adapters = GetParam().make({.unique_reference = true});
  const Invoice first = sample_invoice(1);
  Invoice second = sample_invoice(2);
  second.reference = first.reference;
  Invoice third = sample_invoice(3);
  Invoice fourth = sample_invoice(4);
  fourth.reference = third.reference;

  ASSERT_TRUE(run(adapters->invoices().insert(first)));
  const auto replayed = run(adapters->invoices().insert(first));
  ASSERT_TRUE(replayed);
  EXPECT_EQ(replayed->result, InsertResult::replayed);
  const auto taken = run(adapters->invoices().insert(second));
  ASSERT_TRUE(taken);
  EXPECT_EQ(taken->result, InsertResult::reference_taken);
  ASSERT_TRUE(run(adapters->invoices().mark_void(first.id, some_voiding())));
  const auto still_taken = run(adapters->invoices().insert(second));
  ASSERT_TRUE(still_taken);
  EXPECT_EQ(still_taken->result, InsertResult::reference_taken);
  const std::vector<Invoice> batch = {third, fourth};
  const auto outcomes = run(adapters->invoices().insert_all(batch));
  ASSERT_TRUE(outcomes[0] && outcomes[1]);
  EXPECT_EQ(outcomes[0]->result, InsertResult::created);
  EXPECT_EQ(outcomes[1]->result, InsertResult::reference_taken);
}

TEST_P(InvoiceStoreContract, without_the_option_a_reference_may_repeat) {
  Invoice second = sample_invoice(2);
  second.reference = sample_invoice(1).reference;
  ASSERT_TRUE(run(adapters->invoices().insert(sample_invoice(1))));
  const auto inserted = run(adapters->invoices().insert(second));
  ASSERT_TRUE(inserted);
  EXPECT_EQ(inserted->result, InsertResult::created);
}

INVOICING_CONTRACT(InvoiceStoreContract);

}  // namespace
}  // namespace invoicing::testing
