#include "app/sales_by_hour.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include "app/report_chain.hpp"
#include "app/running_window.hpp"

namespace invoicing {

namespace {

constexpr std::chrono::hours kHour{1};

// The books' windows are a day long; one that a change of zone has made longer is cut here.
constexpr std::size_t kHoursMax = 48;

std::vector<CurrencyTotal> added(const std::vector<CurrencyTotal>& a,
                                 const std::vector<CurrencyTotal>& b) {
  return sum(Figures{a, {}}, Figures{b, {}}).totals;
}

}  // namespace

// Up to `now` (inside the window or at its end) for `so_far`, and hour by hour to the window's end.
Task<Result<DayByHour>> SalesByHour::by_hour(SalesSnapshot& snapshot, Day day, Window window,
                                             Instant now) {
  DayByHour result{.business_day = day, .window = window, .so_far = {}, .hours = {}};
  for (Instant from = window.from; from < window.to && result.hours.size() < kHoursMax;
       from += kHour) {
    const Instant to = std::min<Instant>(from + kHour, window.to);
    const Instant middle = std::clamp(now, from, to);
    const auto before = co_await snapshot.totals({from, middle});
    if (!before) co_return before.error();
    result.so_far = added(result.so_far, *before);
    std::vector<CurrencyTotal> after;
    if (middle < to) {
      auto rest = co_await snapshot.totals({middle, to});
      if (!rest) co_return rest.error();
      after = std::move(*rest);
    }
    result.hours.push_back({from, added(*before, after)});
  }
  co_return result;
}

Task<Result<RunningDayByHour>> SalesByHour::running_day() {
  ReportChain chain(reports_);
  const auto end = co_await chain.end();
  if (!end) co_return end.error();
  const Instant now = clock_.now();
  const auto snapshot = co_await ledger_.snapshot(now);
  if (!snapshot) co_return snapshot.error();

  const RunningWindow running = running_window(calendar_, *end, now);
  RunningDayByHour result;
  result.generated_at = now;
  result.time_zone = calendar_.zone_name();
  result.currency = currency_;
  // Only hours that have begun: what is dated later today shows here when its hour has come.
  const auto begun = std::chrono::ceil<std::chrono::hours>(now - running.from);
  const Instant last = std::clamp(running.from + begun, running.from, running.day.to);
  auto today = co_await by_hour(**snapshot, running.day.day, {running.from, last}, running.day.to);
  if (!today) co_return today.error();
  result.today = std::move(*today);
  result.today.window.to = running.day.to;

  const LocalTime local = calendar_.to_local(now);
  for (const auto& [days, place] :
       {std::pair{std::chrono::days{1}, &result.previous_day},
        std::pair{std::chrono::days{7}, &result.same_weekday_last_week}}) {
    const Day day = running.day.day - days;
    const Instant then = calendar_.to_instant({local.day - days, local.time_of_day});
    auto compared = co_await by_hour(**snapshot, day, calendar_.window_of(day), then);
    if (!compared) co_return compared.error();
    *place = std::move(*compared);
  }
  co_return result;
}

}  // namespace invoicing
