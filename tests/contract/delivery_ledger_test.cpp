#include "ports/delivery_ledger.hpp"

#include <atomic>
#include <thread>

#include <gmock/gmock.h>

#include "tests/contract/adapters.hpp"

namespace invoicing::testing {
namespace {

class DeliveryLedgerContract : public ContractTest {
 protected:
  DeliveryLedger::Claim claim(const std::string& recipient, Instant now, Instant until) {
    const auto claimed = run(adapters->deliveries().claim("m", recipient, now, until));
    if (!claimed) throw std::runtime_error(claimed.error().detail());
    return *claimed;
  }

  void settle(const std::string& recipient, DeliveryState state, const std::string& reason,
              Instant now) {
    ASSERT_TRUE(run(adapters->deliveries().settle("m", recipient, state, reason, now)));
  }

  std::vector<Delivery> all(const std::string& message_id) {
    const auto found = run(adapters->deliveries().deliveries(message_id));
    return *found;
  }
};

TEST_P(DeliveryLedgerContract, a_claim_keeps_others_out_until_it_ends) {
  const auto first = claim("ada@x", at(0), at(600));
  EXPECT_TRUE(first.claimed);
  EXPECT_EQ(first.delivery.attempts, 1);
  EXPECT_EQ(first.delivery.claimed_until, at(600));
  adapters->restart();
  const auto second = claim("ada@x", at(599), at(1200));
  EXPECT_FALSE(second.claimed);
  EXPECT_EQ(second.delivery.attempts, 1);
  EXPECT_EQ(second.delivery.claimed_until, at(600));
  EXPECT_TRUE(claim("bo@x", at(599), at(1200)).claimed);
  const auto third = claim("ada@x", at(600), at(1200));
  EXPECT_TRUE(third.claimed);
  EXPECT_EQ(third.delivery.attempts, 2);
}

TEST_P(DeliveryLedgerContract, a_claim_of_a_clock_that_was_set_back_is_over) {
  ASSERT_TRUE(claim("ada@x", at(1'000'000), at(1'000'600)).claimed);
  const auto taken = claim("ada@x", at(0), at(600));
  EXPECT_TRUE(taken.claimed);
  EXPECT_EQ(taken.delivery.claimed_until, at(600));
  // Another machine's clock may be late by a little.
  EXPECT_FALSE(claim("ada@x", at(-600), at(0)).claimed);
  EXPECT_TRUE(claim("ada@x", at(-601), at(-1)).claimed);
}

TEST_P(DeliveryLedgerContract, what_is_sent_or_refused_is_never_claimed_again) {
  for (const auto state : {DeliveryState::sent, DeliveryState::refused}) {
    const std::string recipient = state == DeliveryState::sent ? "ada@x" : "bo@x";
    ASSERT_TRUE(claim(recipient, at(0), at(600)).claimed);
    settle(recipient, state, "250 or 550", at(50));
    const auto again = claim(recipient, at(10'000), at(20'000));
    EXPECT_FALSE(again.claimed);
    EXPECT_EQ(again.delivery.state, state);
    EXPECT_EQ(again.delivery.settled_at, at(50));
    EXPECT_FALSE(again.delivery.claimed_until);
  }
}

TEST_P(DeliveryLedgerContract, a_failed_try_may_be_claimed_at_once_and_keeps_its_reason) {
  ASSERT_TRUE(claim("ada@x", at(0), at(600)).claimed);
  settle("ada@x", DeliveryState::waiting, "451 busy", at(10));
  const auto again = claim("ada@x", at(11), at(700));
  EXPECT_TRUE(again.claimed);
  EXPECT_EQ(again.delivery.attempts, 2);
  EXPECT_EQ(again.delivery.last_error, "451 busy");
  EXPECT_EQ(again.delivery.settled_at, at(10));
}

TEST_P(DeliveryLedgerContract, a_late_answer_takes_nothing_back_from_what_was_sent) {
  ASSERT_TRUE(claim("ada@x", at(0), at(10)).claimed);
  ASSERT_TRUE(claim("ada@x", at(10), at(20)).claimed);
  settle("ada@x", DeliveryState::sent, "", at(15));
  settle("ada@x", DeliveryState::waiting, "time-out", at(16));
  EXPECT_FALSE(claim("ada@x", at(100), at(200)).claimed);
  EXPECT_EQ(all("m").front().state, DeliveryState::sent);
}

TEST_P(DeliveryLedgerContract, entries_are_listed_by_recipient_of_their_message_only) {
  ASSERT_TRUE(claim("bo@x", at(0), at(600)).claimed);
  ASSERT_TRUE(claim("ada@x", at(0), at(600)).claimed);
  ASSERT_TRUE(run(adapters->deliveries().claim("other", "cy@x", at(0), at(600))));
  const auto found = all("m");
  ASSERT_EQ(found.size(), 2u);
  EXPECT_EQ(found[0].recipient, "ada@x");
  EXPECT_EQ(found[1].recipient, "bo@x");
  EXPECT_EQ(found[0].message_id, "m");
  EXPECT_TRUE(all("unknown").empty());
}

TEST_P(DeliveryLedgerContract, refused_entries_wait_again_when_an_operator_says_so) {
  for (const auto* recipient : {"ada@x", "bo@x"}) {
    ASSERT_TRUE(claim(recipient, at(0), at(600)).claimed);
  }
  settle("ada@x", DeliveryState::sent, "", at(5));
  settle("bo@x", DeliveryState::refused, "550 no such user", at(6));
  ASSERT_TRUE(run(adapters->deliveries().reopen_refused("other")));
  EXPECT_FALSE(claim("bo@x", at(7), at(700)).claimed);
  ASSERT_TRUE(run(adapters->deliveries().reopen_refused("m")));
  EXPECT_FALSE(claim("ada@x", at(8), at(700)).claimed);
  EXPECT_TRUE(claim("bo@x", at(8), at(700)).claimed);
}

TEST_P(DeliveryLedgerContract, what_an_operator_has_dropped_is_settled_and_keeps_its_reason) {
  for (const auto* recipient : {"ada@x", "bo@x", "cy@x"}) {
    ASSERT_TRUE(claim(recipient, at(0), at(600)).claimed);
  }
  settle("ada@x", DeliveryState::sent, "", at(5));
  settle("bo@x", DeliveryState::refused, "550 no such user", at(6));
  settle("cy@x", DeliveryState::waiting, "451 busy", at(7));
  ASSERT_TRUE(run(adapters->deliveries().drop_refused("other")));
  EXPECT_EQ(all("m")[1].state, DeliveryState::refused);
  ASSERT_TRUE(run(adapters->deliveries().drop_refused("m")));
  adapters->restart();
  const auto found = all("m");
  ASSERT_EQ(found.size(), 3u);
  EXPECT_EQ(found[0].state, DeliveryState::sent);
  EXPECT_EQ(found[1].state, DeliveryState::dropped);
  EXPECT_EQ(found[1].last_error, "550 no such user");
  EXPECT_EQ(found[1].settled_at, at(6));
  EXPECT_EQ(found[2].state, DeliveryState::waiting);
  ASSERT_TRUE(run(adapters->deliveries().reopen_refused("m")));
  EXPECT_FALSE(claim("bo@x", at(10'000), at(20'000)).claimed) << "dropped is for good";
}

TEST_P(DeliveryLedgerContract, refusals_of_all_messages_are_listed_the_longest_known_first) {
  const auto refuse = [this](const std::string& message_id, const std::string& recipient,
                             Instant when) {
    auto& ledger = adapters->deliveries();
    ASSERT_TRUE(run(ledger.claim(message_id, recipient, at(0), at(600))));
    ASSERT_TRUE(run(ledger.settle(message_id, recipient, DeliveryState::refused, "550", when)));
  };
  EXPECT_TRUE(run(adapters->deliveries().refused(10))->empty());
  refuse("late", "ada@x", at(30));
  refuse("early", "ada@x", at(10));
  refuse("gone", "ada@x", at(5));
  ASSERT_TRUE(run(adapters->deliveries().drop_refused("gone")));
  ASSERT_TRUE(claim("bo@x", at(0), at(600)).claimed);
  const auto found = run(adapters->deliveries().refused(10));
  ASSERT_TRUE(found);
  ASSERT_EQ(found->size(), 2u);
  EXPECT_EQ((*found)[0].message_id, "early");
  EXPECT_EQ((*found)[0].last_error, "550");
  EXPECT_EQ((*found)[1].message_id, "late");
  EXPECT_EQ(run(adapters->deliveries().refused(1))->size(), 1u);
}

TEST_P(DeliveryLedgerContract, of_many_threads_one_gets_the_claim) {
  std::atomic<int> claimed{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 32; ++i) {
    threads.emplace_back([&] {
      auto& own = contexts.fresh();
      const auto outcome =
          testing::run(own, adapters->deliveries().claim("m", "ada@x", at(0), at(600)));
      if (outcome && outcome->claimed) ++claimed;
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(claimed, 1);
  EXPECT_EQ(all("m").front().attempts, 1);
}

INVOICING_CONTRACT(DeliveryLedgerContract);

}  // namespace
}  // namespace invoicing::testing
