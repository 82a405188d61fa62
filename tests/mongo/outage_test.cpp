// The server gone, frozen, back, or silent about a write: what the callers are told, and that
// everything returns by itself.
#include <atomic>
#include <thread>

#include <gmock/gmock.h>
#include <mongoc/mongoc.h>

#include "mongo/delivery_ledger.hpp"
#include "tests/mongo/mongo_fixture.hpp"
#include "tests/support/memory/manual_clock.hpp"
#include "tests/support/temp_folder.hpp"

namespace invoicing::testing {
namespace {

using std::chrono::seconds;
using std::chrono::steady_clock;

/// On a server of its own, which the test may kill.
class MongoOutage : public ::testing::Test {
 protected:
  template <typename T>
  T run(Task<T> task) {
    return testing::run(io, std::move(task));
  }

  void start(int port = 0) {
    server.reset();
    server.emplace(MongoServerOptions{folder.path() / "data", port, false});
  }

  ErrorCode code_of_insert(const Invoice& invoice) {
    const auto begin = steady_clock::now();
    const auto outcome = run(invoices->insert(invoice));
    EXPECT_LT(steady_clock::now() - begin, seconds(10));
    return outcome ? ErrorCode::malformed_json : outcome.error().code();
  }

  TempFolder folder;
  boost::asio::io_context io{1};
  Contexts contexts;
  memory::ManualClock clock{at()};
  std::optional<MongoServer> server;
  std::vector<std::string> log;
  std::unique_ptr<mongo::Client> client;
  std::optional<mongo::MongoInvoiceStore> invoices;

  void open() {
    mongo::ClientOptions options;
    options.log = [this](const std::string& line) { log.push_back(line); };
    client = open_test_client(server->uri("books"), std::move(options));
    invoices.emplace(*client);
  }

  void TearDown() override {
    invoices.reset();
    client.reset();
  }
};

TEST_F(MongoOutage, a_killed_server_is_unavailable_within_ten_seconds_and_comes_back_by_itself) {
  start();
  open();
  ASSERT_TRUE(run(invoices->insert(sample_invoice(1))));
  const int port = server->port();
  server->kill();
  // The first write may have gone into the dead connection.
  const auto first = code_of_insert(sample_invoice(2));
  EXPECT_TRUE(first == ErrorCode::storage_unavailable || first == ErrorCode::outcome_unknown);
  EXPECT_EQ(code_of_insert(sample_invoice(3)), ErrorCode::storage_unavailable);
  const auto found = run(invoices->find(id_of(1)));
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().code(), ErrorCode::storage_unavailable);
  EXPECT_FALSE(run(client->ping(clock)));
  EXPECT_TRUE(client->stats().failing);
  EXPECT_EQ(log.size(), 1u);

  start(port);
  const auto deadline = steady_clock::now() + seconds(30);
  while (!run(client->ping(clock)) && steady_clock::now() < deadline) {
  }
  const auto again = run(invoices->insert(sample_invoice(2)));
  ASSERT_TRUE(again) << again.error().detail();
  EXPECT_EQ(again->result, InsertResult::created);
  const auto kept = run(invoices->insert(sample_invoice(1)));
  ASSERT_TRUE(kept);
  EXPECT_EQ(kept->result, InsertResult::replayed);
  EXPECT_FALSE(client->stats().failing);
  EXPECT_THAT(log, ::testing::ElementsAre(::testing::HasSubstr("fail"),
                                          ::testing::HasSubstr("works again")));
}

TEST_F(MongoOutage, who_has_a_mail_is_known_after_a_restart_of_the_server) {
  start();
  open();
  mongo::MongoDeliveryLedger ledger(*client);
  const int port = server->port();
  const auto restart = [&] {
    server->kill();
    start(port);
    const auto deadline = steady_clock::now() + seconds(30);
    while (!run(client->ping(clock)) && steady_clock::now() < deadline) {
    }
  };
  ASSERT_TRUE(run(ledger.claim("m", "a@x", at(), at(1000))));
  restart();
  const auto taken = run(ledger.claim("m", "a@x", at(2000), at(3000)));
  ASSERT_TRUE(taken) << taken.error().detail();
  EXPECT_TRUE(taken->claimed);
  EXPECT_EQ(taken->delivery.attempts, 2);
  ASSERT_TRUE(run(ledger.settle("m", "a@x", DeliveryState::sent, "", at(2500))));
  restart();
  const auto again = run(ledger.claim("m", "a@x", at(4000), at(5000)));
  ASSERT_TRUE(again) << again.error().detail();
  EXPECT_FALSE(again->claimed);
  EXPECT_EQ(again->delivery.state, DeliveryState::sent);
  const auto listed = run(ledger.deliveries("m"));
  ASSERT_TRUE(listed);
  EXPECT_EQ(listed->size(), 1u);
}

TEST_F(MongoOutage, a_frozen_server_leaves_a_write_unknown_within_ten_seconds) {
  start();
  open();
  ASSERT_TRUE(run(invoices->insert(sample_invoice(1))));
  server->freeze();
  EXPECT_EQ(code_of_insert(sample_invoice(2)), ErrorCode::outcome_unknown);
  const auto begin = steady_clock::now();
  EXPECT_FALSE(run(invoices->find(id_of(1))));
  EXPECT_LT(steady_clock::now() - begin, seconds(10));
  server->thaw();
  const auto retried = run(invoices->insert(sample_invoice(2)));
  ASSERT_TRUE(retried) << retried.error().detail();
}

/// On the shared test server with its fail point.
class MongoSilence : public MongoTest {
 protected:
  void SetUp() override {
    if (!shared_mongo_is_test_server()) {
      GTEST_SKIP() << "needs the fail point of the test server, not one that others use too";
    }
    server.emplace();
    opened.emplace(open_test_client(server->uri("books")));
  }

  void fail_next(const std::string& command, const std::string& how, int times = 1) {
    auto* const client = mongoc_client_new(server->uri("admin").c_str());
    const std::string json = R"({"configureFailPoint": "failCommand", "mode": {"times": )" +
                             std::to_string(times) + R"(}, "data": {"failCommands": [")" + command +
                             R"("], )" + how + "}}";
    bson_error_t error{};
    bson_t* const document = bson_new_from_json(reinterpret_cast<const std::uint8_t*>(json.data()),
                                                static_cast<ssize_t>(json.size()), &error);
    ASSERT_NE(document, nullptr) << error.message;
    EXPECT_TRUE(mongoc_client_command_simple(client, "admin", document, nullptr, nullptr, &error))
        << error.message;
    bson_destroy(document);
    mongoc_client_destroy(client);
  }

  static constexpr const char* kTimeout =
      R"("writeConcernError": {"code": 64, "errmsg": "waiting for replication timed out"})";
  static constexpr const char* kLost = R"("loseAnswer": true)";
  static constexpr const char* kNotPrimary = R"("errorCode": 10107)";

  template <typename T>
  static ErrorCode code_of(const Result<T>& outcome) {
    return outcome ? ErrorCode::malformed_json : outcome.error().code();
  }

  std::optional<MongoServer> server;
};

TEST_F(MongoSilence,
       an_insert_without_its_majority_or_its_answer_is_unknown_and_the_retry_finds_out) {
  std::uint64_t number = 0;
  for (const char* how : {kTimeout, kLost}) {
    const Invoice invoice = sample_invoice(++number);
    fail_next("insert", how);
    EXPECT_EQ(code_of(run(opened->invoices.insert(invoice))), ErrorCode::outcome_unknown) << how;
    const auto retried = run(opened->invoices.insert(invoice));
    ASSERT_TRUE(retried) << retried.error().detail();
    EXPECT_EQ(retried->result, InsertResult::replayed);
  }
  fail_next("insert", kNotPrimary);
  const Invoice invoice = sample_invoice(++number);
  EXPECT_EQ(code_of(run(opened->invoices.insert(invoice))), ErrorCode::storage_unavailable);
  EXPECT_EQ(run(opened->invoices.insert(invoice))->result, InsertResult::created);
}

TEST_F(MongoSilence, a_batch_without_its_majority_is_unknown_but_for_what_was_refused) {
  const std::vector<Invoice> batch = {sample_invoice(1), sample_invoice(2), sample_invoice(1)};
  for (const char* how : {kTimeout, kLost}) {
    fail_next("insert", how);
    const auto outcomes = run(opened->invoices.insert_all(batch));
    ASSERT_EQ(outcomes.size(), 3u);
    EXPECT_EQ(code_of(outcomes[1]),
              how == kTimeout ? ErrorCode::outcome_unknown : code_of(outcomes[0]))
        << how;
    for (const auto& outcome : outcomes) {
      if (outcome) {
        EXPECT_EQ(outcome->result, InsertResult::replayed) << how;
      } else {
        EXPECT_EQ(outcome.error().code(), ErrorCode::outcome_unknown) << how;
      }
    }
  }
  for (const auto& outcome : run(opened->invoices.insert_all(batch))) {
    ASSERT_TRUE(outcome);
    EXPECT_EQ(outcome->result, InsertResult::replayed);
  }
}

TEST_F(MongoSilence, a_void_without_an_answer_is_unknown_and_has_happened_once) {
  ASSERT_TRUE(run(opened->invoices.insert(sample_invoice(1))));
  fail_next("findAndModify", kLost);
  const auto lost = run(opened->invoices.mark_void(id_of(1), {at(1), "first", {}}));
  EXPECT_EQ(code_of(lost), ErrorCode::outcome_unknown);
  const auto again = run(opened->invoices.mark_void(id_of(1), {at(2), "second", {}}));
  ASSERT_TRUE(again && *again);
  EXPECT_EQ((*again)->result, VoidResult::already_void);
  EXPECT_THAT((*again)->document.json, ::testing::HasSubstr("first"));
  ASSERT_TRUE(run(opened->invoices.insert(sample_invoice(2))));
  fail_next("findAndModify", kTimeout);
  const auto unmet = run(opened->invoices.mark_void(id_of(2), {at(1), "first", {}}));
  EXPECT_EQ(code_of(unmet), ErrorCode::outcome_unknown);
}

TEST_F(MongoSilence, a_seal_without_an_answer_is_unknown_and_its_retry_knows_its_own_report) {
  const SalesReport report = sample_report(1, {at(), at() + std::chrono::hours(24)});
  fail_next("insert", kLost);
  EXPECT_EQ(code_of(run(opened->reports.seal(report, {}))), ErrorCode::outcome_unknown);
  EXPECT_TRUE(run(opened->reports.seal(report, {})));
  SalesReport other = report;
  other.report_id = id_of(99).to_hex();
  EXPECT_EQ(code_of(run(opened->reports.seal(other, {}))), ErrorCode::number_taken);
}

TEST_F(MongoSilence, a_claim_without_an_answer_is_unknown_and_keeps_others_out) {
  fail_next("findAndModify", kLost);
  const auto lost = run(opened->deliveries.claim("m", "ada@x", at(0), at(600)));
  EXPECT_EQ(code_of(lost), ErrorCode::outcome_unknown);
  const auto second = run(opened->deliveries.claim("m", "ada@x", at(599), at(1200)));
  ASSERT_TRUE(second);
  EXPECT_FALSE(second->claimed);
  const auto third = run(opened->deliveries.claim("m", "ada@x", at(600), at(1200)));
  ASSERT_TRUE(third);
  EXPECT_TRUE(third->claimed);
}

TEST_F(MongoTest, more_calls_than_may_wait_are_refused_at_once_and_nothing_hangs) {
  mongo::ClientOptions options;
  options.queue_max = 2;
  open(std::move(options));
  std::atomic<int> stored{0};
  std::atomic<int> overloaded{0};
  std::vector<std::thread> threads;
  for (std::uint64_t i = 1; i <= 64; ++i) {
    threads.emplace_back([&, i] {
      auto& own = contexts.fresh();
      const auto outcome = testing::run(own, opened->invoices.insert(sample_invoice(i)));
      if (outcome) {
        ++stored;
      } else if (outcome.error().code() == ErrorCode::overloaded) {
        ++overloaded;
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(stored + overloaded, 64);
  EXPECT_GT(stored, 0);
  EXPECT_GT(overloaded, 0);
  EXPECT_EQ(database.documents("invoices").size(), static_cast<std::size_t>(stored));
}

TEST_F(MongoTest, after_close_calls_are_refused) {
  open();
  opened->client->close();
  const auto outcome = run(opened->invoices.insert(sample_invoice(1)));
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().code(), ErrorCode::shutting_down);
}

}  // namespace
}  // namespace invoicing::testing
