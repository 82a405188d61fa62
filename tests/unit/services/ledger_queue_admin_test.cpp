// What invoice-service knows of dead letters, from the database alone.

#include "services/invoice_service/ledger_queue_admin.hpp"

#include <gtest/gtest.h>

#include "app/dead_letters.hpp"
#include "app/delivery_status.hpp"
#include "tests/support/memory/delivery_ledger.hpp"
#include "tests/support/memory/report_store.hpp"
#include "tests/support/run_task.hpp"
#include "tests/support/samples.hpp"

namespace invoicing::services {
namespace {

using testing::at;

class LedgerQueueAdminTest : public ::testing::Test {
 protected:
  LedgerQueueAdminTest() {
    for (const ReportNumber number : {1, 2}) {
      const Window window{at() + std::chrono::hours(number - 1), at() + std::chrono::hours(number)};
      EXPECT_TRUE(run(reports.seal(testing::sample_report(number, window), {})));
    }
    id = (*run(reports.entry(2)))->message_id();
    EXPECT_TRUE(run(reports.lease(2, at(), at(1000))));
    EXPECT_TRUE(run(reports.mark_published(2, 1, at(1))));
  }

  template <typename T>
  T run(Task<T> task) {
    return testing::run(context, std::move(task));
  }

  void settle(const std::string& recipient, DeliveryState state) {
    EXPECT_TRUE(run(ledger.claim(id, recipient, at(2), at(100))));
    EXPECT_TRUE(run(ledger.settle(id, recipient, state, "550 no such user", at(3))));
  }

  boost::asio::io_context context{1};
  memory::MemoryReportStore reports;
  memory::MemoryDeliveryLedger ledger;
  LedgerQueueAdmin queue{reports, reports, ledger};
  std::string id;
};

TEST_F(LedgerQueueAdminTest, a_message_is_dead_once_it_is_done_and_somebody_has_refused_it) {
  EXPECT_FALSE(*run(queue.find_dead(id)));
  settle("a@x", DeliveryState::refused);
  EXPECT_FALSE(*run(queue.find_dead(id))) << "others may still be tried";
  EXPECT_TRUE(run(reports.mark_done(2, 1, at(4))));
  const auto dead = *run(queue.find_dead(id));
  ASSERT_TRUE(dead);
  EXPECT_EQ(dead->reason, "550 no such user");
  EXPECT_EQ(dead->since, at(4));
}

TEST_F(LedgerQueueAdminTest, what_everybody_has_is_not_dead) {
  settle("a@x", DeliveryState::sent);
  EXPECT_TRUE(run(reports.mark_done(2, 1, at(4))));
  EXPECT_FALSE(*run(queue.find_dead(id)));
}

TEST_F(LedgerQueueAdminTest, a_resend_of_a_dead_report_goes_on_under_the_same_id) {
  settle("a@x", DeliveryState::sent);
  settle("b@x", DeliveryState::refused);
  EXPECT_TRUE(run(reports.mark_done(2, 1, at(4))));
  ReportDelivery delivery(reports, ledger, queue);
  EXPECT_EQ(run(delivery.status(2))->progress, DeliveryProgress::dead);
  ASSERT_TRUE(run(delivery.resend(2, {})));
  const auto entry = *run(reports.entry(2));
  EXPECT_EQ(entry->state, OutboxState::sealed);
  EXPECT_EQ(entry->message_id(), id);
  EXPECT_EQ(run(ledger.deliveries(id))->front().state, DeliveryState::sent) << "not mailed again";
}

TEST_F(LedgerQueueAdminTest, dead_letters_are_listed_once_however_many_refused) {
  settle("a@x", DeliveryState::refused);
  settle("b@x", DeliveryState::refused);
  EXPECT_TRUE(run(queue.list_dead(10))->empty()) << "others may still be tried";
  EXPECT_TRUE(run(reports.mark_done(2, 1, at(4))));
  EXPECT_TRUE(run(ledger.claim("preview-0", "a@x", at(2), at(100))));
  EXPECT_TRUE(run(ledger.settle("preview-0", "a@x", DeliveryState::refused, "550", at(1))));
  const auto dead = run(queue.list_dead(10));
  ASSERT_TRUE(dead);
  ASSERT_EQ(dead->size(), 1u);
  EXPECT_EQ(dead->front().message.message_id, id);
  EXPECT_EQ(dead->front().reason, "550 no such user");
  EXPECT_EQ(dead->front().since, at(4));
}

TEST_F(LedgerQueueAdminTest, a_dropped_letter_is_published_once_more_for_a_sender_to_let_go) {
  settle("a@x", DeliveryState::refused);
  EXPECT_TRUE(run(reports.mark_done(2, 1, at(4))));
  DeadLetters letters(reports, ledger, queue);
  ASSERT_TRUE(run(letters.drop(id)));
  EXPECT_TRUE(run(letters.list(10))->empty());
  EXPECT_EQ(run(reports.entry(2))->value().state, OutboxState::sealed);
  EXPECT_TRUE(run(reports.lease(2, at(5), at(1000))));
  EXPECT_TRUE(run(reports.mark_published(2, 1, at(6))));
  EXPECT_TRUE(run(reports.mark_done(2, 1, at(7))));
  ReportDelivery delivery(reports, ledger, queue);
  EXPECT_EQ(run(delivery.status(2))->progress, DeliveryProgress::done);
}

TEST_F(LedgerQueueAdminTest, what_no_report_was_sent_under_cannot_be_requeued) {
  EXPECT_FALSE(*run(queue.requeue_dead("preview-0", {})));
  EXPECT_FALSE(*run(queue.requeue_dead(id + ".3", {}))) << "an older or a newer send";
  EXPECT_FALSE(run(queue.depth()));
}

}  // namespace
}  // namespace invoicing::services
