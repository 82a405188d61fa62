#include <gmock/gmock.h>

#include "ports/report_store.hpp"
#include "tests/contract/adapters.hpp"

namespace invoicing::testing {
namespace {

using namespace std::chrono_literals;
using std::chrono::hours;

class OutboxContract : public ContractTest {
 protected:
  void SetUp() override {
    for (ReportNumber number = 1; number <= 2; ++number) {
      const Window window{at() + hours(number), at() + hours(number + 1)};
      ASSERT_TRUE(run(adapters->reports().seal(sample_report(number, window), {})));
    }
  }

  OutboxEntry entry(ReportNumber number) {
    const auto there = run(adapters->outbox().entry(number));
    if (!there || !*there) throw std::runtime_error("no entry");
    return **there;
  }

  ErrorCode code_of_lease(ReportNumber number, Instant now, Instant until) {
    const auto leased = run(adapters->outbox().lease(number, now, until));
    return leased ? ErrorCode::internal_error : leased.error().code();
  }
};

TEST_P(OutboxContract, a_sealed_report_waits_to_be_published) {
  const auto first = entry(1);
  EXPECT_EQ(first.state, OutboxState::sealed);
  EXPECT_EQ(first.sends, 1);
  EXPECT_EQ(first.attempts, 0);
  EXPECT_EQ(first.message_id(), first.report_id);
  EXPECT_EQ(first.sealed_at, sample_report(1, {at() + hours(1), at() + hours(2)}).generated_at);
  EXPECT_FALSE(first.published_at || first.done_at || first.lease_until);
  const auto missing = run(adapters->outbox().entry(3));
  ASSERT_TRUE(missing);
  EXPECT_FALSE(*missing);
}

TEST_P(OutboxContract, a_lease_keeps_others_out_until_it_ends) {
  const auto leased = run(adapters->outbox().lease(1, at(0), at(60'000)));
  ASSERT_TRUE(leased);
  EXPECT_EQ(leased->attempts, 1);
  EXPECT_EQ(leased->lease_until, at(60'000));
  adapters->restart();
  EXPECT_EQ(code_of_lease(1, at(59'999), at(120'000)), ErrorCode::lease_lost);
  EXPECT_EQ(entry(1).attempts, 1);
  const auto second = run(adapters->outbox().lease(1, at(60'000), at(120'000)));
  ASSERT_TRUE(second);
  EXPECT_EQ(second->attempts, 2);
  EXPECT_EQ(code_of_lease(9, at(), at(1)), ErrorCode::report_not_found);
}

TEST_P(OutboxContract, a_lease_of_a_clock_that_was_set_back_is_over) {
  const Instant days_ahead = at() + hours(72);
  ASSERT_TRUE(run(adapters->outbox().lease(1, days_ahead, days_ahead + 60s)));
  const auto taken = run(adapters->outbox().lease(1, at(0), at(60'000)));
  ASSERT_TRUE(taken);
  EXPECT_EQ(taken->lease_until, at(60'000));
  // Another machine's clock may be late by a little.
  EXPECT_EQ(code_of_lease(1, at() - 60s, at(0)), ErrorCode::lease_lost);
  EXPECT_TRUE(run(adapters->outbox().lease(1, at() - 61s, at() - 1s)));
}

TEST_P(OutboxContract, published_then_done_leaves_the_open_entries) {
  const auto open = [&] {
    std::vector<ReportNumber> numbers;
    const auto entries = run(adapters->outbox().open_entries());
    for (const auto& e : *entries) numbers.push_back(e.number);
    return numbers;
  };
  EXPECT_THAT(open(), ::testing::ElementsAre(1, 2));
  ASSERT_TRUE(run(adapters->outbox().lease(1, at(0), at(60'000))));
  ASSERT_TRUE(run(adapters->outbox().mark_published(1, 1, at(5))));
  auto first = entry(1);
  EXPECT_EQ(first.state, OutboxState::published);
  EXPECT_EQ(first.published_at, at(5));
  EXPECT_FALSE(first.lease_until);
  EXPECT_THAT(open(), ::testing::ElementsAre(1, 2));
  EXPECT_EQ(code_of_lease(1, at(6), at(7)), ErrorCode::lease_lost);

  ASSERT_TRUE(run(adapters->outbox().mark_done(1, 1, at(9))));
  first = entry(1);
  EXPECT_EQ(first.state, OutboxState::done);
  EXPECT_EQ(first.done_at, at(9));
  EXPECT_THAT(open(), ::testing::ElementsAre(2));
  ASSERT_TRUE(run(adapters->outbox().mark_published(1, 1, at(11))));
  EXPECT_EQ(entry(1).state, OutboxState::done);
}

TEST_P(OutboxContract, a_failed_attempt_ends_the_lease_and_keeps_the_reason_until_a_success) {
  ASSERT_TRUE(run(adapters->outbox().lease(1, at(0), at(60'000))));
  ASSERT_TRUE(run(adapters->outbox().mark_failed(1, 1, "no broker")));
  EXPECT_EQ(entry(1).last_error, "no broker");
  EXPECT_EQ(entry(1).state, OutboxState::sealed);
  ASSERT_TRUE(run(adapters->outbox().lease(1, at(1), at(60'000))));
  ASSERT_TRUE(run(adapters->outbox().mark_published(1, 1, at(2))));
  EXPECT_EQ(entry(1).last_error, "");
  EXPECT_EQ(entry(1).attempts, 2);
}

TEST_P(OutboxContract, a_resend_takes_a_new_message_id_and_what_was_under_way_loses) {
  ASSERT_TRUE(run(adapters->outbox().lease(1, at(0), at(60'000))));
  const auto resent = run(adapters->outbox().resend(1, 1, {}));
  ASSERT_TRUE(resent);
  const auto second_of_two = run(adapters->outbox().resend(1, 1, {}));
  ASSERT_FALSE(second_of_two);
  EXPECT_EQ(second_of_two.error().code(), ErrorCode::lease_lost);
  EXPECT_EQ(entry(1).sends, 2);
  EXPECT_EQ(resent->sends, 2);
  EXPECT_EQ(resent->message_id(), resent->report_id + ".1");
  const auto late = run(adapters->outbox().mark_published(1, 1, at(2)));
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().code(), ErrorCode::lease_lost);
  ASSERT_TRUE(run(adapters->outbox().mark_done(1, 1, at(3))));
  ASSERT_TRUE(run(adapters->outbox().mark_failed(1, 1, "old")));
  EXPECT_EQ(entry(1).state, OutboxState::sealed);
  EXPECT_EQ(entry(1).last_error, "");
  ASSERT_TRUE(run(adapters->outbox().lease(1, at(4), at(60'000))));
  ASSERT_TRUE(run(adapters->outbox().mark_published(1, 2, at(5))));
  ASSERT_TRUE(run(adapters->outbox().mark_done(1, 2, at(6))));
  EXPECT_EQ(entry(1).state, OutboxState::done);

  const auto third = run(adapters->outbox().resend(1, 2, {}));
  ASSERT_TRUE(third);
  EXPECT_EQ(third->state, OutboxState::sealed);
  EXPECT_EQ(third->message_id(), third->report_id + ".2");
  EXPECT_FALSE(third->published_at || third->done_at);
  const auto missing = run(adapters->outbox().resend(9, 1, {}));
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code(), ErrorCode::report_not_found);
}

TEST_P(OutboxContract, a_republish_sends_the_same_message_again_unless_it_is_done_or_resent) {
  ASSERT_TRUE(run(adapters->outbox().lease(1, at(0), at(60'000))));
  ASSERT_TRUE(run(adapters->outbox().mark_published(1, 1, at(1))));
  ASSERT_TRUE(run(adapters->outbox().republish(1, 7, OutboxState::published, {})));
  EXPECT_EQ(entry(1).state, OutboxState::published);
  ASSERT_TRUE(run(adapters->outbox().republish(1, 1, OutboxState::published, {})));
  EXPECT_EQ(entry(1).state, OutboxState::sealed);
  EXPECT_EQ(entry(1).message_id(), entry(1).report_id);
  ASSERT_TRUE(run(adapters->outbox().lease(1, at(2), at(60'000))));
  ASSERT_TRUE(run(adapters->outbox().mark_published(1, 1, at(3))));
  ASSERT_TRUE(run(adapters->outbox().mark_done(1, 1, at(4))));
  ASSERT_TRUE(run(adapters->outbox().republish(1, 1, OutboxState::published, {})));
  EXPECT_EQ(entry(1).state, OutboxState::done);
}

TEST_P(OutboxContract, what_is_done_is_sent_again_under_its_id_when_that_is_asked_for) {
  ASSERT_TRUE(run(adapters->outbox().lease(1, at(0), at(60'000))));
  ASSERT_TRUE(run(adapters->outbox().mark_published(1, 1, at(1))));
  ASSERT_TRUE(run(adapters->outbox().republish(1, 1, OutboxState::done, {})));
  EXPECT_EQ(entry(1).state, OutboxState::published);
  ASSERT_TRUE(run(adapters->outbox().mark_done(1, 1, at(2))));
  ASSERT_TRUE(run(adapters->outbox().republish(1, 1, OutboxState::done, {})));
  EXPECT_EQ(entry(1).state, OutboxState::sealed);
  EXPECT_EQ(entry(1).message_id(), entry(1).report_id);
  EXPECT_FALSE(entry(1).done_at);
}

TEST_P(OutboxContract, a_send_knows_the_request_that_asked_for_it) {
  const Trace first{"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "till-7/1"};
  const Trace second{"00-1af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00", ""};
  EXPECT_EQ(entry(1).asked_by, Trace());
  ASSERT_TRUE(run(adapters->outbox().resend(1, 1, first)));
  EXPECT_EQ(entry(1).asked_by, first);
  const auto leased = run(adapters->outbox().lease(1, at(0), at(60'000)));
  ASSERT_TRUE(leased);
  EXPECT_EQ(leased->asked_by, first);
  ASSERT_TRUE(run(adapters->outbox().mark_published(1, 2, at(1))));
  ASSERT_TRUE(run(adapters->outbox().republish(1, 2, OutboxState::published, {})));
  EXPECT_EQ(entry(1).asked_by, first) << "nobody has asked anew";
  ASSERT_TRUE(run(adapters->outbox().lease(1, at(2), at(60'000))));
  ASSERT_TRUE(run(adapters->outbox().mark_published(1, 2, at(3))));
  ASSERT_TRUE(run(adapters->outbox().mark_done(1, 2, at(4))));
  ASSERT_TRUE(run(adapters->outbox().republish(1, 2, OutboxState::done, second)));
  EXPECT_EQ(entry(1).asked_by, second);
  ASSERT_TRUE(run(adapters->outbox().resend(1, 2, {})));
  EXPECT_EQ(entry(1).asked_by, Trace()) << "another send, that no request asked for";
  adapters->restart();
  EXPECT_EQ(entry(1).asked_by, Trace());
}

INVOICING_CONTRACT(OutboxContract);

}  // namespace
}  // namespace invoicing::testing
