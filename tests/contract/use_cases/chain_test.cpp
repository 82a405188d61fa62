// 400 business days with late entries, voids, three changes of zone and cut-off, downtimes and
// restarts, all from one printed seed: every sale stands in exactly one report.

#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/contract/use_cases/world.hpp"

namespace invoicing::testing {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

constexpr int kReports = 400;

class Chain : public ::testing::TestWithParam<AdapterKind> {
 protected:
  // Who mails so seldom must not count a pause of days among the tries.
  Chain() { world_.give_up_after = hours(24 * 365); }

  std::uint64_t below(std::uint64_t bound) { return random_() % bound; }
  bool one_in(std::uint64_t n) { return below(n) == 0; }

  void enter_something() {
    Instant date = world_.adapters->clock.now();
    if (one_in(8)) date -= hours(below(24 * 60));
    if (one_in(20)) date += hours(below(72));
    const auto amount = static_cast<std::int64_t>(below(100'000));
    const auto milli = static_cast<std::int64_t>(1 + below(5'000));
    entered_.push_back(world_.enter(date, amount, "S" + std::to_string(below(12)), milli));
  }

  void void_something() {
    if (entered_.empty()) return;
    Invoice& invoice = entered_[below(entered_.size())];
    if (invoice.voiding) return;
    world_.make_void(invoice);
    invoice.voiding = Voiding{};
  }

  void change_calendar_sometimes(ReportNumber last) {
    static const std::map<int, std::pair<std::string, std::string>> kCalendars = {
        {1, {"America/New_York", "18:30"}},
        {2, {"Asia/Kolkata", "00:07"}},
        {3, {"Pacific/Auckland", "23:59"}}};
    const int period = static_cast<int>(last / 100);
    if (period == period_ || !kCalendars.contains(period)) return;
    period_ = period;
    const auto& [zone, cut_off] = kCalendars.at(period);
    world_.change_calendar(zone, cut_off);
  }

  void report_and_mail() {
    const auto sealed = world_.close(Backlog::accept);
    ASSERT_TRUE(sealed) << sealed.error().detail();
    if (one_in(5)) world_.adapters->restart();
    if (one_in(3)) {
      world_.transport.answer_next({MailResult::try_again, MailReason::timeout, "slow"});
    }
    world_.publish();
    world_.deliver();
  }

  ReportNumber last_number() {
    const auto last = world_.run(world_.adapters->reports().last());
    return last && *last ? (*last)->number : 0;
  }

  Figures sum_of_invoices(Instant before) const {
    Figures total;
    for (const Invoice& invoice : entered_) {
      if (invoice.date < before) total = sum(total, figures_of(invoice));
    }
    return total;
  }

  const std::uint64_t seed_ = std::random_device{}();
  std::mt19937_64 random_{seed_};
  World world_{GetParam(), "Europe/Berlin", "12:00", utc("2026-01-05T10:00:00Z")};
  std::vector<Invoice> entered_;
  int period_ = 0;
};

TEST_P(Chain, puts_every_sale_into_exactly_one_report) {
  SCOPED_TRACE("seed " + std::to_string(seed_));
  while (last_number() < kReports) {
    // Now and then nobody closes for days.
    const std::uint64_t pause = one_in(40) ? 24 * below(6) : 2 + below(9);
    world_.adapters->clock.advance(hours(pause) + minutes(below(60)));
    for (std::uint64_t i = below(4); i > 0; --i) enter_something();
    if (one_in(6)) void_something();
    if (one_in(25)) world_.adapters->restart();
    change_calendar_sometimes(last_number());
    if (!one_in(4)) report_and_mail();
    ASSERT_FALSE(HasFatalFailure());
  }
  // Writes have rested and one closing has run.
  world_.adapters->clock.advance(hours(48));
  report_and_mail();
  world_.adapters->clock.advance(hours(24));
  report_and_mail();

  const auto heads = world_.run(world_.adapters->reports().heads(1));
  ASSERT_TRUE(heads);
  ASSERT_GE(heads->size(), static_cast<std::size_t>(kReports));
  std::set<std::string> ids;
  for (std::size_t i = 0; i < heads->size(); ++i) {
    const ReportHead& head = (*heads)[i];
    EXPECT_EQ(head.number, static_cast<ReportNumber>(i) + 1);
    EXPECT_TRUE(ids.insert(head.report_id).second);
    if (i == 0) continue;
    EXPECT_EQ(head.window.from, (*heads)[i - 1].window.to);
    EXPECT_LT((*heads)[i - 1].business_day, head.business_day);
  }

  EXPECT_EQ(show(world_.sum_of_reports()), show(sum_of_invoices(heads->back().window.to)));
  for (const AuditedWindow& window : world_.audit().windows) {
    EXPECT_EQ(window.verdict, AuditVerdict::agrees) << window.window.number;
  }

  // Let every delayed mail come due, then each report has one mail.
  for (int i = 0; i < 20; ++i) {
    world_.adapters->clock.advance(minutes(20));
    world_.deliver();
  }
  std::multiset<std::string> mails;
  for (const OutgoingMail& mail : world_.transport.accepted()) mails.insert(mail.message_id);
  for (const std::string& id : ids) EXPECT_EQ(mails.count("<" + id + ".a@x>"), 1U) << id;
  EXPECT_EQ(mails.size(), ids.size());
}

INVOICING_CONTRACT(Chain);

}  // namespace
}  // namespace invoicing::testing
