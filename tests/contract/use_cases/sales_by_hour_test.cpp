#include "app/sales_by_hour.hpp"

#include <gtest/gtest.h>

#include "tests/contract/use_cases/world.hpp"

namespace invoicing::testing {
namespace {

// Books opened on Monday at 10:00: Monday's day began on Sunday noon.
class ByHour : public ::testing::TestWithParam<AdapterKind> {
 protected:
  RunningDayByHour look_at(const std::string& instant) {
    world.adapters->clock.set(utc(instant));
    SalesByHour by_hour(world.adapters->reports(), world.adapters->ledger(), world.adapters->clock,
                        world.calendar, world.currency);
    auto running = world.run(by_hour.running_day());
    if (!running) throw std::runtime_error(running.error().detail());
    return *running;
  }
  static std::string totals(const std::vector<CurrencyTotal>& totals) {
    std::string text = show(Figures{totals, {}});
    if (!text.empty()) text.pop_back();  // the comma before the SKUs
    return text;
  }
  // The hours in which something happened: "3: USD 1 10 0".
  static std::vector<std::string> busy(const DayByHour& day) {
    std::vector<std::string> found;
    for (std::size_t i = 0; i < day.hours.size(); ++i) {
      if (day.hours[i].totals.empty()) continue;
      found.push_back(std::to_string(i) + ": " + totals(day.hours[i].totals));
    }
    return found;
  }

  World world{GetParam(), "UTC", "12:00", utc("2026-01-05T10:00:00Z")};
};

TEST_P(ByHour, an_invoice_stands_in_its_hour_and_voids_count_no_more) {
  world.enter(utc("2026-01-04T12:00:00Z"), 1);
  world.enter(utc("2026-01-05T09:59:59.999Z"), 20);
  const Invoice gone = world.enter(utc("2026-01-05T10:00:00Z"), 300);
  world.make_void(gone);
  const auto running = look_at("2026-01-05T10:30:00Z");
  EXPECT_EQ(format_day(running.today.business_day), "2026-01-05");
  EXPECT_EQ(format_instant(running.today.window.to), "2026-01-05T12:00:00.000Z");
  ASSERT_EQ(running.today.hours.size(), 23U);
  EXPECT_EQ(format_instant(running.today.hours[22].from), "2026-01-05T10:00:00.000Z");
  EXPECT_EQ(busy(running.today),
            (std::vector<std::string>{"0: USD 1 1 0", "21: USD 1 20 0", "22: USD 0 0 1"}));
  EXPECT_EQ(totals(running.today.so_far), "USD 2 21 1");
}

TEST_P(ByHour, earlier_days_count_up_to_the_same_time_of_day_and_show_every_hour) {
  world.enter(utc("2026-01-04T10:29:59.999Z"), 1);
  world.enter(utc("2026-01-04T10:30:00Z"), 20);
  world.enter(utc("2025-12-29T10:00:00Z"), 300);
  world.enter(utc("2025-12-29T11:59:59Z"), 4000);
  const auto running = look_at("2026-01-05T10:30:00Z");
  EXPECT_EQ(format_day(running.previous_day.business_day), "2026-01-04");
  EXPECT_EQ(totals(running.previous_day.so_far), "USD 1 1 0");
  EXPECT_EQ(busy(running.previous_day), (std::vector<std::string>{"22: USD 2 21 0"}));
  EXPECT_EQ(running.previous_day.hours.size(), 24U);
  EXPECT_EQ(format_day(running.same_weekday_last_week.business_day), "2025-12-29");
  EXPECT_EQ(totals(running.same_weekday_last_week.so_far), "USD 1 300 0");
  EXPECT_EQ(busy(running.same_weekday_last_week),
            (std::vector<std::string>{"22: USD 1 300 0", "23: USD 1 4000 0"}));
  EXPECT_TRUE(busy(running.today).empty());
}

TEST_P(ByHour, a_day_on_which_the_clocks_change_has_its_own_number_of_hours) {
  world.change_calendar("Europe/Berlin", "12:07");
  // The clocks went forward on the 29th, so its window, yesterday's now, has 23 hours.
  world.enter(utc("2026-03-28T11:07:00Z"), 1);
  world.enter(utc("2026-03-29T10:06:59.999Z"), 20);
  const auto running = look_at("2026-03-29T12:00:00Z");
  EXPECT_EQ(format_day(running.today.business_day), "2026-03-30");
  EXPECT_EQ(running.previous_day.hours.size(), 23U);
  EXPECT_EQ(busy(running.previous_day),
            (std::vector<std::string>{"0: USD 1 1 0", "22: USD 1 20 0"}));
  // 14:00 in Berlin is 13:00 UTC on the day before: the first of the two alone.
  EXPECT_EQ(totals(running.previous_day.so_far), "USD 1 1 0");
  EXPECT_EQ(running.same_weekday_last_week.hours.size(), 24U);
}

INVOICING_CONTRACT(ByHour);

}  // namespace
}  // namespace invoicing::testing
