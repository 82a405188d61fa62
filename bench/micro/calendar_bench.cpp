// Dates as requests have them, and business days as closings look for them.

#include <string_view>

#include <benchmark/benchmark.h>

#include "domain/business_calendar.hpp"
#include "domain/instant.hpp"

namespace invoicing {
namespace {

void instant_parse(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(parse_rfc3339("2026-11-22T10:15:00.123+01:00"));
}
BENCHMARK(instant_parse);

void instant_write(benchmark::State& state) {
  const Instant instant{std::chrono::milliseconds{1'795'342'500'123}};
  for (auto _ : state) benchmark::DoNotOptimize(format_instant(instant));
}
BENCHMARK(instant_write);

void calendar_day_of(benchmark::State& state, std::string_view zone) {
  const BusinessCalendar calendar = *BusinessCalendar::create(zone, "12:00");
  Instant instant{std::chrono::milliseconds{1'764'000'000'000}};
  for (auto _ : state) {
    benchmark::DoNotOptimize(calendar.day_of(instant));
    instant += std::chrono::hours{7};
    if (instant > Instant{std::chrono::milliseconds{2'000'000'000'000}})
      instant -= std::chrono::hours{60'000};
  }
}
BENCHMARK_CAPTURE(calendar_day_of, utc, "UTC");
BENCHMARK_CAPTURE(calendar_day_of, berlin, "Europe/Berlin");

void calendar_window_of(benchmark::State& state) {
  const BusinessCalendar calendar = *BusinessCalendar::create("Europe/Berlin", "02:30");
  Day day{std::chrono::days{20'000}};
  for (auto _ : state) {
    benchmark::DoNotOptimize(calendar.window_of(day));
    day += std::chrono::days{1};
    if (day > Day{std::chrono::days{24'000}}) day = Day{std::chrono::days{20'000}};
  }
}
BENCHMARK(calendar_window_of);

}  // namespace
}  // namespace invoicing
