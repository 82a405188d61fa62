#include <gtest/gtest.h>

#include "codec/report_json.hpp"
#include "tests/contract/use_cases/world.hpp"

namespace invoicing::testing {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

const std::vector<std::string> kTwo = {"a@x", "b@x"};

MailOutcome refused() {
  return {MailResult::refused, MailReason::recipient_refused, "550 no such user"};
}
MailOutcome not_now() {
  return {MailResult::try_again, MailReason::temporary_refusal, "451 later"};
}

// A store in which report 1 has rotted.
class RottenStore final : public ReportStore {
 public:
  explicit RottenStore(ReportStore& store) : store_(store) {}

  Task<Result<Books>> open_books(const Books& books) override { return store_.open_books(books); }
  Task<Result<std::optional<Books>>> books() override { return store_.books(); }
  Task<Result<std::optional<ReportHead>>> last() override { return store_.last(); }
  Task<Result<std::vector<ReportHead>>> heads(ReportNumber from) override {
    return store_.heads(from);
  }
  Task<Result<void>> seal(const SalesReport& report,
                          const std::vector<ReportNumber>& marks) override {
    return store_.seal(report, marks);
  }
  Task<Result<std::optional<SalesReport>>> find(ReportNumber number) override {
    if (number == 1) co_return Error(ErrorCode::stored_data_invalid, "report 1 has rotted");
    auto report = co_await store_.find(number);
    co_return report;
  }
  Task<Result<std::optional<SalesReport>>> find(Day day) override { return store_.find(day); }
  Task<Result<std::vector<SalesReport>>> list(ReportNumber before, std::size_t limit) override {
    return store_.list(before, limit);
  }
  Task<Result<Figures>> reported_on(ReportNumber number) override {
    return store_.reported_on(number);
  }
  Task<Result<void>> mark_windows(const std::vector<ReportNumber>& numbers) override {
    return store_.mark_windows(numbers);
  }
  Task<Result<std::vector<ReportNumber>>> marked_windows() override {
    return store_.marked_windows();
  }

 private:
  ReportStore& store_;
};

// An outbox of which the next notes of an end fail.
class FailingOutbox final : public Outbox {
 public:
  FailingOutbox(Outbox& outbox, int failures) : outbox_(outbox), failures_(failures) {}

  Task<Result<std::optional<OutboxEntry>>> entry(ReportNumber number) override {
    return outbox_.entry(number);
  }
  Task<Result<std::vector<OutboxEntry>>> open_entries() override { return outbox_.open_entries(); }
  Task<Result<OutboxEntry>> lease(ReportNumber number, Instant now, Instant until) override {
    return outbox_.lease(number, now, until);
  }
  Task<Result<void>> mark_published(ReportNumber number, std::int64_t sends, Instant now) override {
    return outbox_.mark_published(number, sends, now);
  }
  Task<Result<void>> mark_failed(ReportNumber number, std::int64_t sends,
                                 const std::string& reason) override {
    return outbox_.mark_failed(number, sends, reason);
  }
  Task<Result<void>> mark_done(ReportNumber number, std::int64_t sends, Instant now) override {
    if (failures_-- > 0) co_return Error(ErrorCode::storage_full, "the disk is full");
    auto done = co_await outbox_.mark_done(number, sends, now);
    co_return done;
  }
  Task<Result<OutboxEntry>> resend(ReportNumber number, std::int64_t sends,
                                   const Trace& asked_by) override {
    return outbox_.resend(number, sends, asked_by);
  }
  Task<Result<void>> republish(ReportNumber number, std::int64_t sends, OutboxState from,
                               const Trace& asked_by) override {
    return outbox_.republish(number, sends, from, asked_by);
  }

 private:
  Outbox& outbox_;
  int failures_;
};

class DeliveringReports : public OnePublishedReport {};

TEST_P(DeliveringReports, mails_every_recipient_once_and_is_done) {
  EXPECT_EQ(world.status(1).progress, DeliveryProgress::published);
  world.deliver(kTwo);
  EXPECT_EQ(accepted(), (std::vector<std::string>{"<" + id() + ".a@x>", "<" + id() + ".b@x>"}));
  const DeliveryStatus status = world.status(1);
  EXPECT_EQ(status.progress, DeliveryProgress::done);
  EXPECT_TRUE(status.outbox.done_at);
  EXPECT_EQ(status.last_error, "");

  // Nothing is left to publish or to deliver, at any later time.
  world.adapters->clock.advance(hours(24 * 30));
  world.publish();
  world.deliver(kTwo);
  EXPECT_EQ(accepted().size(), 2U);
}

TEST_P(DeliveringReports, tries_only_those_again_who_do_not_have_it) {
  world.transport.answer_next({});
  world.transport.answer_next(not_now());
  world.deliver(kTwo);
  EXPECT_EQ(accepted(), (std::vector<std::string>{"<" + id() + ".a@x>"}));
  const DeliveryStatus waiting = world.status(1);
  EXPECT_EQ(waiting.progress, DeliveryProgress::published);
  EXPECT_EQ(waiting.last_error, "451 later");

  world.deliver(kTwo);  // the delay has not passed
  EXPECT_EQ(world.transport.offered().size(), 2U);
  world.adapters->clock.advance(minutes(1));
  world.deliver(kTwo);
  EXPECT_EQ(world.transport.offered().size(), 3U);
  EXPECT_EQ(world.transport.offered().back().message_id, "<" + id() + ".b@x>");
  EXPECT_EQ(world.status(1).progress, DeliveryProgress::done);
}

TEST_P(DeliveringReports, waits_longer_after_each_failure) {
  for (int attempt = 1; attempt <= 20; ++attempt) {
    world.transport.answer_next(not_now());
    world.deliver();
    EXPECT_EQ(world.transport.offered().size(), static_cast<std::size_t>(attempt));
    world.adapters->clock.advance(minutes(15));
  }
  world.deliver();
  EXPECT_EQ(accepted().size(), 1U);
}

TEST_P(DeliveringReports, gives_up_who_was_put_off_for_a_day_and_resends_to_that_one) {
  // The first of the two is put off for ever.
  world.transport.answer_next(not_now());
  world.deliver(kTwo);
  const Instant first_failure = world.adapters->clock.now();
  while (world.adapters->clock.now() + minutes(15) < first_failure + hours(24)) {
    world.adapters->clock.advance(minutes(15));
    world.transport.answer_next(not_now());
    world.deliver(kTwo);
    ASSERT_EQ(world.status(1).progress, DeliveryProgress::published);
  }
  world.adapters->clock.set(first_failure + hours(24));
  world.transport.answer_next(not_now());
  world.deliver(kTwo);
  EXPECT_EQ(accepted(), (std::vector<std::string>{"<" + id() + ".b@x>"}));
  const DeliveryStatus dead = world.status(1);
  EXPECT_EQ(dead.progress, DeliveryProgress::dead);
  EXPECT_EQ(dead.last_error, "given up after 24 h: 451 later");
  const std::size_t tries = world.transport.offered().size();
  world.adapters->clock.advance(hours(24));
  world.publish();
  world.deliver(kTwo);
  EXPECT_EQ(world.transport.offered().size(), tries) << "dead means that nothing happens by itself";

  ASSERT_TRUE(world.resend(1));
  for (int attempt = 0; attempt < 3; ++attempt) {
    world.transport.answer_next(not_now());
    world.deliver(kTwo);
    world.adapters->clock.advance(hours(11));
    EXPECT_EQ(world.status(1).progress, DeliveryProgress::published) << "it begins anew";
  }
  world.deliver(kTwo);
  EXPECT_EQ(accepted(), (std::vector<std::string>{"<" + id() + ".b@x>", "<" + id() + ".a@x>"}));
  EXPECT_EQ(world.status(1).progress, DeliveryProgress::done);
}

TEST_P(DeliveringReports, tries_what_waited_for_a_sender_for_days_more_than_once) {
  world.adapters->clock.advance(hours(72));
  world.transport.answer_next(not_now());
  world.deliver();
  EXPECT_EQ(world.status(1).progress, DeliveryProgress::published);
  world.adapters->clock.advance(minutes(1));
  world.deliver();
  EXPECT_EQ(world.status(1).progress, DeliveryProgress::done);
}

TEST_P(DeliveringReports, gives_nobody_up_because_another_sender_holds_the_claim) {
  auto& ledger = world.adapters->deliveries();
  const Instant now = world.adapters->clock.now();
  for (const Instant when : {now, now + hours(1), now + hours(29)}) {
    world.adapters->clock.set(when);
    ASSERT_TRUE(world.run(ledger.claim(id(), "a@x", when, when + minutes(5))));
    world.deliver();
    EXPECT_EQ(world.status(1).progress, DeliveryProgress::published);
  }
  EXPECT_TRUE(world.transport.offered().empty());
  world.adapters->clock.advance(hours(2));
  world.deliver();
  EXPECT_EQ(world.status(1).progress, DeliveryProgress::done);
}

TEST_P(DeliveringReports, parks_what_one_recipient_refuses_and_resends_to_that_one) {
  world.transport.answer_next(refused());
  world.deliver(kTwo);
  EXPECT_EQ(accepted(), (std::vector<std::string>{"<" + id() + ".b@x>"}));
  const DeliveryStatus dead = world.status(1);
  EXPECT_EQ(dead.progress, DeliveryProgress::dead);
  EXPECT_EQ(dead.last_error, "550 no such user");
  world.adapters->clock.advance(hours(24));
  world.publish();
  world.deliver(kTwo);
  EXPECT_EQ(world.transport.offered().size(), 2U) << "dead means that nothing happens by itself";

  const auto again = world.resend(1);
  ASSERT_TRUE(again);
  EXPECT_EQ(again->progress, DeliveryProgress::published);
  world.deliver(kTwo);
  EXPECT_EQ(accepted(), (std::vector<std::string>{"<" + id() + ".b@x>", "<" + id() + ".a@x>"}));
  EXPECT_EQ(world.status(1).progress, DeliveryProgress::done);
}

TEST_P(DeliveringReports, is_not_done_between_the_refusal_and_the_parking) {
  // A sender that dies after its note in the outbox, before it parks the message.
  auto& ledger = world.adapters->deliveries();
  const Instant now = world.adapters->clock.now();
  ASSERT_TRUE(world.run(ledger.claim(id(), "a@x", now, now + minutes(5))));
  ASSERT_TRUE(world.run(ledger.settle(id(), "a@x", DeliveryState::refused, "550", now)));
  ASSERT_TRUE(world.run(world.adapters->outbox().mark_done(1, 1, now)));
  EXPECT_EQ(world.status(1).progress, DeliveryProgress::published);
  const auto too_early = world.resend(1);
  ASSERT_FALSE(too_early);
  EXPECT_EQ(too_early.error().code(), ErrorCode::delivery_under_way);

  world.deliver();
  EXPECT_EQ(world.status(1).progress, DeliveryProgress::dead);
  ASSERT_TRUE(world.resend(1));
  world.deliver();
  EXPECT_EQ(accepted(), (std::vector<std::string>{"<" + id() + ".a@x>"}));
  EXPECT_EQ(world.status(1).progress, DeliveryProgress::done);
}

TEST_P(DeliveringReports, notes_the_end_soon_after_a_fault_of_the_outbox_and_mails_nobody_again) {
  FailingOutbox outbox(world.adapters->outbox(), 2);
  world.deliver(kTwo, outbox);
  EXPECT_EQ(world.status(1).progress, DeliveryProgress::published);
  world.adapters->clock.advance(minutes(1));
  world.deliver(kTwo, outbox);
  EXPECT_EQ(world.status(1).progress, DeliveryProgress::published);
  world.adapters->clock.advance(minutes(1));
  world.deliver(kTwo, outbox);
  EXPECT_EQ(world.status(1).progress, DeliveryProgress::done);
  EXPECT_EQ(world.transport.offered().size(), 2U);
}

TEST_P(DeliveringReports, sends_to_everybody_once_more_when_asked) {
  const auto too_early = world.resend(1);
  ASSERT_FALSE(too_early);
  EXPECT_EQ(too_early.error().code(), ErrorCode::delivery_under_way);

  world.deliver(kTwo);
  ASSERT_TRUE(world.resend(1));
  EXPECT_EQ(world.status(1).progress, DeliveryProgress::sealed);
  world.publish();
  world.deliver(kTwo);
  EXPECT_EQ(accepted().size(), 4U);
  EXPECT_EQ(accepted().back(), "<" + id() + ".1.b@x>");
  EXPECT_EQ(world.status(1).outbox.sends, 2);
  EXPECT_EQ(world.status(1).progress, DeliveryProgress::done);
}

TEST_P(DeliveringReports, buries_what_cannot_be_read) {
  world.deliver();
  const ReportMessage poison{"poison", "{\"pattern\":\"daily_sales_report\",\"data\":[]}"};
  ASSERT_TRUE(world.run(world.adapters->publisher().publish(poison)));
  world.deliver();
  const auto dead = world.run(world.adapters->queue().find_dead("poison"));
  ASSERT_TRUE(dead && *dead);
  EXPECT_NE((*dead)->reason.find("cannot be read"), std::string::npos);
  EXPECT_EQ(accepted().size(), 1U);
}

TEST_P(DeliveringReports, knows_a_report_of_the_original_by_its_content) {
  world.deliver();
  const std::string body =
      R"({"pattern":"daily_sales_report","data":{"generatedAt":"2025-01-30T12:00:00.000Z",)"
      R"("totalSales":12.5,"totalSkuQuantities":[{"sku":"A","qt":1}]}})";
  ASSERT_TRUE(world.run(world.adapters->publisher().publish({"", body})));
  world.deliver();
  ASSERT_TRUE(world.run(world.adapters->publisher().publish({"", body})));
  world.deliver();
  EXPECT_EQ(accepted().size(), 2U) << "the same content is the same report";
}

TEST_P(DeliveringReports, delivers_again_after_a_restart_in_the_middle_but_not_to_whom_has_it) {
  world.transport.answer_next({});
  world.transport.answer_next(not_now());
  world.deliver(kTwo);
  world.adapters->restart();
  world.adapters->clock.advance(minutes(10));
  world.deliver(kTwo);
  EXPECT_EQ(accepted(), (std::vector<std::string>{"<" + id() + ".a@x>", "<" + id() + ".b@x>"}));
}

// A queue that does not take anything.
class ClosedQueue final : public ReportPublisher {
 public:
  Task<Result<void>> publish(const ReportMessage&) override {
    co_return Error(ErrorCode::queue_unavailable, "no broker");
  }
};

TEST_P(DeliveringReports, keeps_a_report_that_the_queue_does_not_take) {
  world.adapters->clock.set(utc("2026-01-06T12:00:00Z"));
  world.close_exactly(1);
  ClosedQueue closed;
  PublishReports use_case(world.adapters->reports(), world.adapters->outbox(),
                          world.adapters->deliveries(), closed, world.adapters->clock,
                          world.observer);
  const auto published = world.run(use_case.publish_open());
  ASSERT_TRUE(published);
  EXPECT_EQ(published->taken, 0);
  EXPECT_EQ(published->waiting, 1);
  EXPECT_EQ(world.status(2).progress, DeliveryProgress::sealed);
  EXPECT_EQ(world.status(2).last_error, "no broker");
  world.publish();
  EXPECT_EQ(world.status(2).progress, DeliveryProgress::published);
  EXPECT_EQ(world.status(2).last_error, "");
}

TEST_P(DeliveringReports, publishes_the_others_when_one_cannot_be_read_back) {
  world.deliver();
  ASSERT_TRUE(world.resend(1));
  world.adapters->clock.set(utc("2026-01-06T12:00:00Z"));
  world.close_exactly(1);
  RottenStore rotten(world.adapters->reports());
  PublishReports use_case(rotten, world.adapters->outbox(), world.adapters->deliveries(),
                          world.adapters->publisher(), world.adapters->clock, world.observer);
  const auto published = world.run(use_case.publish_open());
  ASSERT_TRUE(published);
  EXPECT_EQ(published->taken, 1);
  EXPECT_EQ(published->waiting, 1);
  EXPECT_EQ(world.status(1).progress, DeliveryProgress::sealed);
  EXPECT_EQ(world.status(1).last_error, "report 1 has rotted");
  EXPECT_EQ(world.status(2).progress, DeliveryProgress::published);
}

TEST_P(DeliveringReports, publishes_again_what_got_lost_on_the_way) {
  // The message vanishes with a receiver that acknowledges and dies.
  const auto received = world.run(world.adapters->inbox().receive(seconds(0)));
  ASSERT_TRUE(received && *received);
  ASSERT_TRUE(world.run(world.adapters->inbox().acknowledge((*received)->tag)));
  world.adapters->clock.advance(minutes(29));
  world.publish();
  world.deliver();
  EXPECT_TRUE(accepted().empty());
  world.adapters->clock.advance(minutes(2));
  world.publish();  // notices
  world.publish();  // publishes
  world.deliver();
  EXPECT_EQ(accepted(), (std::vector<std::string>{"<" + id() + ".a@x>"}));
}

TEST_P(DeliveringReports, publishes_again_what_got_lost_before_the_clock_was_set_back) {
  const auto received = world.run(world.adapters->inbox().receive(seconds(0)));
  ASSERT_TRUE(received && *received);
  ASSERT_TRUE(world.run(world.adapters->inbox().acknowledge((*received)->tag)));
  world.adapters->clock.set(world.adapters->clock.now() - hours(72));
  world.publish();  // notices
  world.publish();  // publishes
  world.deliver();
  EXPECT_EQ(accepted(), (std::vector<std::string>{"<" + id() + ".a@x>"}));
}

TEST_P(DeliveringReports, publishes_nothing_again_while_the_mail_server_is_away) {
  for (int tries = 0; tries < 12; ++tries) {
    world.transport.answer_next(not_now());
    world.deliver();
    world.adapters->clock.advance(minutes(15));
    world.publish();
    EXPECT_EQ(world.status(1).outbox.attempts, 1) << "the sender is at it, nothing is lost";
  }
  world.deliver();
  EXPECT_EQ(accepted(), (std::vector<std::string>{"<" + id() + ".a@x>"}));
}

INVOICING_CONTRACT(DeliveringReports);

}  // namespace
}  // namespace invoicing::testing
