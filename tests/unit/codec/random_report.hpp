#pragma once
// Reports with random content, as large and as odd as the rules allow.

#include <random>
#include <string>
#include <vector>

#include "domain/sales_report.hpp"

namespace invoicing::codec {

class RandomReport {
 public:
  explicit RandomReport(std::uint64_t seed) : random_(seed) {}

  SalesReport next() {
    SalesReport report;
    report.sealed = !chance(5);
    report.number = number();
    report.business_day = day();
    report.window.from = instant();
    report.window.to = std::max(report.window.from, instant());
    report.time_zone = chance(2) ? "Europe/Berlin" : "Etc/GMT+5";
    report.cut_off = chance(2) ? "00:00" : "23:59";
    report.generated_at = instant();
    report.currency = currency();
    report.figures = figures();
    for (auto left = below(4); left > 0; --left) report.corrections.push_back(correction());
    if (chance(3)) {
      report.opening_balance = correction();
      report.opening_balance->number = 0;
      report.opening_balance->business_day.reset();
      report.opening_balance->from.reset();
    }
    if (report.sealed) {
      report.report_id = "6921a0f0c0ffee0123456789";
      report.mark.seen_until = instant();
    }
    for (auto left = below(4); left > 0; --left) report.pending.push_back(number());
    if (chance(2)) report.previous_day = compared();
    if (chance(2)) report.same_weekday_last_week = compared();
    for (int i = 0; i < kHistoryDays; ++i) report.history.push_back(history_day());
    return report;
  }

 private:
  std::uint64_t below(std::uint64_t end) { return random_() % end; }
  bool chance(std::uint64_t one_in) { return below(one_in) == 0; }
  ReportNumber number() { return static_cast<ReportNumber>(below(100'000) + 1); }
  Day day() { return Day{std::chrono::days{static_cast<int>(below(30'000))}}; }
  Instant instant() {
    return Instant{
        std::chrono::milliseconds{static_cast<std::int64_t>(below(253'402'300'799'999))}};
  }
  Currency currency() {
    const char* codes[] = {"EUR", "USD", "JPY", "KWD", "CLF"};
    return *Currency::from_code(codes[below(5)]);
  }
  /// Up to 119 bits, so 10^35.
  Int128 wide() {
    const auto magnitude = static_cast<Int128>(
        (static_cast<unsigned __int128>(random_()) << 64 | random_()) >> (9 + below(110)));
    return chance(2) ? magnitude : -magnitude;
  }
  std::int64_t count() { return static_cast<std::int64_t>(below(1'000'000)) - 500'000; }
  std::string sku() {
    const char* odd[] = {"\"\\/", "\u00e4\U0001F600", "=1", "a\nb", " ", "\u2028"};
    return chance(3) ? odd[below(6)] : "sku" + std::to_string(below(1'000));
  }
  Figures figures() {
    Figures figures;
    for (auto left = below(4); left > 0; --left) {
      figures.totals.push_back({currency(), count(), wide(), count()});
    }
    for (auto left = below(30); left > 0; --left) figures.skus.push_back({sku(), wide()});
    return normalized(std::move(figures));
  }
  Correction correction() { return {number(), day(), instant(), instant(), figures()}; }
  ComparedDay compared() { return {number(), day(), figures().totals}; }
  HistoryDay history_day() {
    HistoryDay day_of_history{day(), std::nullopt};
    if (chance(3)) return day_of_history;
    day_of_history.report = compared();
    day_of_history.report->business_day = day_of_history.business_day;
    return day_of_history;
  }

  std::mt19937_64 random_;
};

}  // namespace invoicing::codec
