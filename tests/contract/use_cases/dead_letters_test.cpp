#include "app/dead_letters.hpp"

#include <gtest/gtest.h>

#include "tests/contract/use_cases/world.hpp"

namespace invoicing::testing {
namespace {

const std::vector<std::string> kTwo = {"a@x", "b@x"};
const MailOutcome kRefused{MailResult::refused, MailReason::recipient_refused, "550 no such user"};

class HandlingDeadLetters : public OnePublishedReport {
 protected:
  DeadLetters letters() {
    return {world.adapters->reports(), world.adapters->deliveries(), world.adapters->queue()};
  }
};

TEST_P(HandlingDeadLetters, puts_a_dead_letter_back_for_whom_refused_it) {
  world.transport.answer_next(kRefused);
  world.deliver(kTwo);
  const auto listed = world.run(letters().list(10));
  ASSERT_TRUE(listed);
  ASSERT_EQ(listed->size(), 1U);
  EXPECT_EQ(listed->front().message_id, id());
  EXPECT_EQ(listed->front().business_day, world.report(1).business_day);
  EXPECT_EQ(listed->front().reason, "550 no such user");
  ASSERT_TRUE(world.run(letters().requeue(id(), {})));
  EXPECT_EQ(world.status(1).progress, DeliveryProgress::published);
  world.deliver(kTwo);
  EXPECT_EQ(accepted(), (std::vector<std::string>{"<" + id() + ".b@x>", "<" + id() + ".a@x>"}));
  EXPECT_EQ(world.status(1).progress, DeliveryProgress::done);
  const auto twice = world.run(letters().requeue(id(), {}));
  ASSERT_FALSE(twice);
  EXPECT_EQ(twice.error().code(), ErrorCode::dead_letter_not_found);
}

TEST_P(HandlingDeadLetters, lets_a_dead_letter_go_and_can_still_send_the_report_to_everybody) {
  world.transport.answer_next(kRefused);
  world.deliver(kTwo);
  ASSERT_TRUE(world.run(letters().drop(id())));
  EXPECT_TRUE(world.run(letters().list(10))->empty());
  world.deliver(kTwo);
  EXPECT_EQ(world.transport.offered().size(), 2U) << "nobody is tried again";
  const DeliveryStatus after = world.status(1);
  EXPECT_EQ(after.progress, DeliveryProgress::done);
  EXPECT_EQ(after.last_error, "550 no such user") << "what happened stays to be seen";
  const auto twice = world.run(letters().drop(id()));
  ASSERT_FALSE(twice);
  EXPECT_EQ(twice.error().code(), ErrorCode::dead_letter_not_found);

  ASSERT_TRUE(world.resend(1));
  world.publish();
  world.deliver(kTwo);
  EXPECT_EQ(accepted().size(), 3U);
  EXPECT_EQ(world.status(1).progress, DeliveryProgress::done);
}

TEST_P(HandlingDeadLetters, acknowledges_what_was_dropped_while_it_was_on_its_way) {
  // As invoice-service drops a letter: the ledger says so, and the message comes once more.
  world.transport.answer_next(kRefused);
  world.deliver(kTwo);
  ASSERT_TRUE(world.run(world.adapters->deliveries().drop_refused(id())));
  ASSERT_TRUE(world.run(world.adapters->queue().requeue_dead(id(), {})));
  world.deliver(kTwo);
  EXPECT_EQ(world.transport.offered().size(), 2U);
  EXPECT_FALSE(*world.run(world.adapters->queue().find_dead(id())));
  EXPECT_EQ(world.status(1).progress, DeliveryProgress::done);
}

TEST_P(HandlingDeadLetters, knows_a_dead_letter_that_is_no_report) {
  const ReportMessage poison{"poison", "{}"};
  ASSERT_TRUE(world.run(world.adapters->publisher().publish(poison)));
  world.deliver();
  const auto listed = world.run(letters().list(10));
  ASSERT_TRUE(listed);
  ASSERT_EQ(listed->size(), 1U);
  EXPECT_FALSE(listed->front().business_day);
  ASSERT_TRUE(world.run(letters().drop("poison")));
  EXPECT_TRUE(world.run(letters().list(10))->empty());
}

INVOICING_CONTRACT(HandlingDeadLetters);

}  // namespace
}  // namespace invoicing::testing
