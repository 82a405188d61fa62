#include <functional>
#include <memory>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <gtest/gtest.h>

#include "app/report_composer.hpp"
#include "tests/contract/use_cases/world.hpp"

namespace invoicing::testing {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

// Books opened on Monday at 10:00: the opening is Sunday noon, day 1 ends on Monday noon.
class Closing : public ::testing::TestWithParam<AdapterKind> {
 protected:
  void close_at(const std::string& instant, int reports) {
    world.adapters->clock.set(utc(instant));
    world.close_exactly(reports);
  }

  World world{GetParam(), "UTC", "12:00", utc("2026-01-05T10:00:00Z")};
};

TEST_P(Closing, closes_nothing_before_the_cut_off) {
  world.enter(utc("2026-01-05T10:00:00Z"));
  close_at("2026-01-05T11:59:59.999Z", 0);
  close_at("2026-01-05T12:00:00Z", 1);
  close_at("2026-01-05T12:00:00Z", 0);
}

TEST_P(Closing, reports_the_half_open_window_of_the_day) {
  world.enter(utc("2026-01-04T12:00:00Z"), 1, "first");
  world.enter(utc("2026-01-05T11:59:59.999Z"), 20, "last");
  world.enter(utc("2026-01-05T12:00:00Z"), 300, "next day");
  close_at("2026-01-05T13:00:00Z", 1);
  const SalesReport report = world.report(1);
  EXPECT_EQ(show(report.figures), "USD 2 21 0, first 1000 last 1000");
  EXPECT_EQ(format_day(report.business_day), "2026-01-05");
  EXPECT_EQ(format_instant(report.window.from), "2026-01-04T12:00:00.000Z");
  close_at("2026-01-06T12:00:00Z", 1);
  EXPECT_EQ(show(world.report(2).figures), "USD 1 300 0, next day 1000");
}

TEST_P(Closing, opens_with_what_is_older_than_the_books) {
  world.enter(utc("2020-02-29T00:00:00Z"), 500);
  world.enter(utc("2026-01-04T11:59:59.999Z"), 7);
  close_at("2026-01-05T12:00:00Z", 1);
  const SalesReport first = world.report(1);
  ASSERT_TRUE(first.opening_balance);
  EXPECT_EQ(first.opening_balance->number, 0);
  EXPECT_EQ(show(first.opening_balance->figures), "USD 2 507 0, A 2000");
  EXPECT_TRUE(first.figures.is_zero());

  world.enter(utc("2021-01-01T00:00:00Z"), 9);
  close_at("2026-01-06T12:00:00Z", 1);
  EXPECT_EQ(show(world.report(2).corrections), "0[USD 1 9 0, A 1000]");
  EXPECT_FALSE(world.report(2).corrections.front().business_day);
  EXPECT_FALSE(world.report(2).opening_balance);
}

TEST_P(Closing, corrects_late_entries_and_voids_under_their_day) {
  const Invoice first = world.enter(utc("2026-01-05T11:00:00Z"), 1000);
  close_at("2026-01-05T12:00:00Z", 1);
  close_at("2026-01-06T12:00:00Z", 1);
  world.make_void(first);
  world.enter(utc("2026-01-06T11:00:00Z"), 50, "B", 500);
  close_at("2026-01-07T12:00:00Z", 1);
  EXPECT_EQ(show(world.report(3).corrections), "1[USD -1 -1000 1, A -1000]2[USD 1 50 0, B 500]");
  EXPECT_EQ(show(world.report(1).figures), "USD 1 1000 0, A 1000");

  // Said once, it is not said again.
  close_at("2026-01-08T12:00:00Z", 1);
  EXPECT_TRUE(world.report(4).corrections.empty());
  EXPECT_EQ(show(world.sum_of_reports()), "USD 1 50 1, B 500");
}

TEST_P(Closing, corrects_a_day_again_when_it_changes_again) {
  close_at("2026-01-05T12:00:00Z", 1);
  const Invoice late = world.enter(utc("2026-01-05T11:00:00Z"), 10);
  close_at("2026-01-06T12:00:00Z", 1);
  world.make_void(late);
  close_at("2026-01-07T12:00:00Z", 1);
  EXPECT_EQ(show(world.report(2).corrections), "1[USD 1 10 0, A 1000]");
  EXPECT_EQ(show(world.report(3).corrections), "1[USD -1 -10 1, A -1000]");
}

TEST_P(Closing, catches_up_after_downtime_oldest_first) {
  for (int day = 5; day <= 9; ++day) {
    world.enter(utc("2026-01-0" + std::to_string(day) + "T08:00:00Z"), day);
  }
  close_at("2026-01-09T12:00:01Z", 5);
  for (int day = 5; day <= 9; ++day) {
    const SalesReport report = world.report(day - 4);
    EXPECT_EQ(format_day(report.business_day), "2026-01-0" + std::to_string(day));
    EXPECT_EQ(show(report.figures), "USD 1 " + std::to_string(day) + " 0, A 1000");
    EXPECT_TRUE(report.corrections.empty());
  }
}

TEST_P(Closing, asks_before_it_closes_more_than_a_month) {
  world.adapters->clock.set(utc("2026-02-04T12:00:00Z"));
  world.close_exactly(31);
  world.adapters->clock.set(utc("2026-03-08T12:00:00Z"));
  const auto refused = world.close();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), ErrorCode::too_many_days_due);
  const auto accepted = world.close(Backlog::accept);
  ASSERT_TRUE(accepted);
  EXPECT_EQ(*accepted, 32);
}

TEST_P(Closing, keeps_windows_together_when_zone_and_cut_off_change) {
  close_at("2026-01-05T12:00:00Z", 1);
  world.enter(utc("2026-01-05T13:00:00Z"), 1);
  world.change_calendar("America/New_York", "18:00");
  // 18:00 in New York is 23:00 UTC: the day that is named 2026-01-06 ends there.
  close_at("2026-01-06T22:59:59Z", 0);
  close_at("2026-01-06T23:00:00Z", 1);
  world.change_calendar("Asia/Tokyo", "08:00");
  // 2026-01-07 08:00 in Tokyo is 2026-01-06T23:00Z, no later than the last `to`: its name is left
  // out.
  close_at("2026-01-07T22:59:59Z", 0);
  close_at("2026-01-07T23:00:00Z", 1);
  EXPECT_EQ(world.report(2).window,
            (Window{utc("2026-01-05T12:00:00Z"), utc("2026-01-06T23:00:00Z")}));
  EXPECT_EQ(world.report(3).window,
            (Window{utc("2026-01-06T23:00:00Z"), utc("2026-01-07T23:00:00Z")}));
  EXPECT_EQ(format_day(world.report(3).business_day), "2026-01-08");
  EXPECT_EQ(show(world.report(2).figures), "USD 1 1 0, A 1000");
}

TEST_P(Closing, does_not_care_when_the_clock_goes_back) {
  close_at("2026-01-06T12:00:00Z", 2);
  close_at("2026-01-04T00:00:00Z", 0);
  world.enter(utc("2026-01-06T13:00:00Z"), 5);
  close_at("2026-01-07T12:00:00Z", 1);
  EXPECT_EQ(show(world.report(3).figures), "USD 1 5 0, A 1000");
}

TEST_P(Closing, compares_with_the_day_before_and_the_week_before) {
  world.enter(utc("2026-01-05T11:00:00Z"), 100);
  close_at("2026-01-05T12:00:00Z", 1);
  world.enter(utc("2026-01-06T11:00:00Z"), 200);
  close_at("2026-01-11T12:00:00Z", 6);
  // Late for the Monday; known when the next Monday is sealed, hence part of its comparison.
  world.enter(utc("2026-01-05T11:30:00Z"), 11);
  close_at("2026-01-12T12:00:00Z", 1);

  const SalesReport report = world.report(8);
  ASSERT_TRUE(report.previous_day);
  EXPECT_EQ(report.previous_day->number, 7);
  EXPECT_TRUE(report.previous_day->totals.empty());
  ASSERT_TRUE(report.same_weekday_last_week);
  EXPECT_EQ(report.same_weekday_last_week->number, 1);
  EXPECT_EQ(total_of(report.same_weekday_last_week->totals, Currency()).amount_minor, 111);
  ASSERT_EQ(report.history.size(), 14U);
  EXPECT_EQ(format_day(report.history.front().business_day), "2025-12-29");
  EXPECT_FALSE(report.history.front().report);
  EXPECT_EQ(report.history[8].report->number, 2);
  EXPECT_EQ(total_of(report.history[8].report->totals, Currency()).amount_minor, 200);
  EXPECT_FALSE(world.report(1).previous_day);
}

TEST_P(Closing, shows_the_running_day_without_sealing_it) {
  world.enter(utc("2026-01-05T10:00:00Z"), 100);
  PreviewDay preview(world.adapters->reports(), world.adapters->ledger(), world.adapters->clock,
                     world.calendar, world.currency);
  const auto before = world.run(preview.running_day());
  ASSERT_TRUE(before);
  EXPECT_FALSE(before->sealed);
  EXPECT_EQ(before->number, 1);
  EXPECT_EQ(show(before->figures), "USD 1 100 0, A 1000");

  // Two days are due and not closed: the running day stands behind them.
  world.adapters->clock.set(utc("2026-01-06T15:00:00Z"));
  world.enter(utc("2026-01-06T14:00:00Z"), 7);
  const auto after = world.run(preview.running_day());
  ASSERT_TRUE(after);
  EXPECT_EQ(after->number, 3);
  EXPECT_EQ(format_day(after->business_day), "2026-01-07");
  EXPECT_EQ(show(after->figures), "USD 1 7 0, A 1000");
}

// A ledger that lets others write right after each look.
class OvertakenLedger final : public SalesLedger {
 public:
  OvertakenLedger(SalesLedger& ledger, std::function<Task<void>()> meanwhile)
      : ledger_(ledger), meanwhile_(std::move(meanwhile)) {}

  Task<Result<std::unique_ptr<SalesSnapshot>>> snapshot(Instant now) override {
    auto snapshot = co_await ledger_.snapshot(now);
    // The sums are taken before others write, as a snapshot has them.
    co_await meanwhile_();
    co_return snapshot;
  }

 private:
  SalesLedger& ledger_;
  std::function<Task<void>()> meanwhile_;
};

TEST_P(Closing, corrects_what_came_between_the_look_and_the_seal) {
  close_at("2026-01-05T12:00:00Z", 1);
  world.adapters->clock.set(utc("2026-01-06T12:00:00Z"));
  const auto meanwhile = [this]() -> Task<void> {
    Invoice in_the_window = sample_invoice(901);
    in_the_window.date = utc("2026-01-06T11:00:00Z");
    in_the_window.recorded_at = world.adapters->clock.now();
    Invoice before_it = sample_invoice(902);
    before_it.date = utc("2026-01-05T11:00:00Z");
    before_it.recorded_at = world.adapters->clock.now();
    const auto first = co_await world.adapters->invoices().insert(in_the_window);
    const auto second = co_await world.adapters->invoices().insert(before_it);
    EXPECT_TRUE(first && second);
  };
  OvertakenLedger overtaken(world.adapters->ledger(), meanwhile);
  CloseDays use_case(
      {world.adapters->reports(), overtaken, world.adapters->clock, world.observer, world.ids},
      world.calendar, world.currency);
  const auto sealed = world.run(use_case.close_due(Backlog::refuse));
  ASSERT_TRUE(sealed);

  // Until the next closing the audit knows why it differs, whatever the report has seen of it.
  EXPECT_FALSE(world.audit().has_differences());
  close_at("2026-01-07T12:00:00Z", 1);
  const AuditResult audit = world.audit();
  for (const AuditedWindow& window : audit.windows) {
    EXPECT_EQ(window.verdict, AuditVerdict::agrees) << window.window.number;
  }
  EXPECT_EQ(total_of(audit.reported.totals, Currency()).invoices, 2);
}

TEST_P(Closing, seals_each_day_once_for_any_number_of_generators) {
  world.adapters->clock.set(utc("2026-01-14T12:00:00Z"));
  std::vector<std::unique_ptr<CloseDays>> generators;
  int sealed = 0;
  int ended = 0;
  for (int i = 0; i < 5; ++i) {
    generators.push_back(std::make_unique<CloseDays>(
        CloseDays::Doors{world.adapters->reports(), world.adapters->ledger(), world.adapters->clock,
                         world.observer, world.ids},
        world.calendar, world.currency));
    boost::asio::co_spawn(world.io, generators.back()->close_due(Backlog::refuse),
                          [&](const std::exception_ptr& failure, const Result<int>& result) {
                            EXPECT_FALSE(failure);
                            ASSERT_TRUE(result) << result.error().detail();
                            sealed += *result;
                            ++ended;
                          });
  }
  world.io.restart();
  world.io.run();
  EXPECT_EQ(ended, 5);
  EXPECT_EQ(sealed, 10);
  const auto heads = world.run(world.adapters->reports().heads(1));
  ASSERT_TRUE(heads);
  EXPECT_EQ(heads->size(), 10U);
}

TEST_P(Closing, leaves_to_the_next_report_what_would_make_this_one_too_large) {
  close_at("2026-01-08T12:00:00Z", 4);
  for (int day = 5; day <= 7; ++day) {
    world.enter(utc("2026-01-0" + std::to_string(day) + "T11:00:00Z"), day, "S");
  }
  const std::size_t room_for_one = 1000;
  const auto compose_and_seal = [&](const std::string& day) {
    ReportChain chain(world.adapters->reports());
    const auto end = world.run(chain.end());
    const auto snapshot = world.run(world.adapters->ledger().snapshot(world.adapters->clock.now()));
    ReportComposer composer(world.adapters->reports(), world.calendar, world.currency,
                            room_for_one);
    ReportOrder order{*end,    world.calendar.next_after(end->business_day, end->to),
                      end->to, end->number + 1,
                      {},      world.ids.next(utc(day)).to_hex(),
                      utc(day)};
    const auto report = world.run(composer.compose(**snapshot, order));
    ASSERT_TRUE(report);
    const auto sealed = world.run(world.adapters->reports().seal(*report, {}));
    ASSERT_TRUE(sealed);
  };
  compose_and_seal("2026-01-09T12:00:00Z");
  EXPECT_EQ(show(world.report(5).corrections), "1[USD 1 5 0, S 1000]");
  EXPECT_EQ(world.report(5).pending, (std::vector<ReportNumber>{2, 3}));
  EXPECT_FALSE(world.audit().has_differences());

  compose_and_seal("2026-01-10T12:00:00Z");
  EXPECT_EQ(show(world.report(6).corrections), "2[USD 1 6 0, S 1000]");
  compose_and_seal("2026-01-11T12:00:00Z");
  EXPECT_EQ(show(world.report(7).corrections), "3[USD 1 7 0, S 1000]");
  EXPECT_TRUE(world.report(7).pending.empty());
  EXPECT_EQ(show(world.sum_of_reports()), "USD 3 18 0, S 3000");
}

TEST_P(Closing, corrects_what_the_audit_has_marked) {
  world.enter(utc("2026-01-05T11:00:00Z"), 1000);
  close_at("2026-01-05T12:00:00Z", 1);
  // A report that says something else than the invoices, sealed behind the generator's back.
  SalesReport wrong = world.report(1);
  wrong.number = 2;
  wrong.report_id = world.ids.next(utc("2026-01-06T12:00:00Z")).to_hex();
  wrong.business_day += std::chrono::days{1};
  wrong.window = {wrong.window.to, wrong.window.to + hours(24)};
  wrong.opening_balance.reset();
  ASSERT_TRUE(world.run(world.adapters->reports().seal(wrong, {})));
  close_at("2026-01-07T12:00:00Z", 1);  // number 3 compares number 2, the window just before
  EXPECT_EQ(show(world.report(3).corrections), "2[USD -1 -1000 0, A -1000]");

  // The same one window further back, which nothing but the audit finds.
  wrong.number = 4;
  wrong.report_id = world.ids.next(utc("2026-01-08T12:00:00Z")).to_hex();
  wrong.business_day += std::chrono::days{2};
  wrong.window = {wrong.window.to + hours(24), wrong.window.to + hours(48)};
  wrong.corrections = {world.report(3).corrections.front()};
  ASSERT_TRUE(world.run(world.adapters->reports().seal(wrong, {})));
  const AuditResult differing = world.audit();
  ASSERT_TRUE(differing.has_differences());
  AuditBooks use_case(world.adapters->reports(), world.adapters->ledger(), world.adapters->clock);
  ASSERT_TRUE(world.run(use_case.mark(differing)));
  close_at("2026-01-09T12:00:00Z", 1);
  EXPECT_FALSE(world.audit().has_differences());
  EXPECT_EQ(show(world.sum_of_reports()), "USD 1 1000 0, A 1000");
  const auto marks = world.run(world.adapters->reports().marked_windows());
  ASSERT_TRUE(marks);
  EXPECT_TRUE(marks->empty());
}

TEST_P(Closing, waits_for_open_books) {
  const auto adapters = GetParam().make({});
  CloseDays use_case(
      {adapters->reports(), adapters->ledger(), adapters->clock, world.observer, world.ids},
      world.calendar, world.currency);
  const auto sealed = world.run(use_case.close_due(Backlog::refuse));
  ASSERT_FALSE(sealed);
  EXPECT_EQ(sealed.error().code(), ErrorCode::books_not_open);
}

INVOICING_CONTRACT(Closing);

}  // namespace
}  // namespace invoicing::testing
