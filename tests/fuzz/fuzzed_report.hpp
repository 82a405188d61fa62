#pragma once
// A report out of arbitrary bytes: every text in it is the input's, every count is bounded.

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "domain/sales_report.hpp"

namespace invoicing::fuzz {

/// Takes values from the front of some bytes; zeros and empty texts once they are used up.
class FuzzedReport {
 public:
  explicit FuzzedReport(std::string_view bytes) : left_(bytes) {}

  SalesReport next() {
    SalesReport report;
    report.sealed = !chance(8);
    report.number = below(6) == 0 ? 0 : 1 + below(100'000);
    report.business_day = day();
    report.window = {instant(), instant()};
    std::tie(report.window.from, report.window.to) =
        std::minmax(report.window.from, report.window.to);
    report.time_zone = chance(3) ? text() : std::string("Europe/Berlin");
    report.cut_off = chance(3) ? text() : std::string("12:00");
    report.generated_at = instant();
    report.currency = currency();
    report.report_id = text();
    report.figures = figures(30);
    for (auto left = below(4); left > 0; --left) report.corrections.push_back(correction());
    if (chance(4)) report.opening_balance = correction();
    for (auto left = below(4); left > 0; --left) report.pending.push_back(below(1'000));
    if (chance(2)) report.previous_day = compared();
    if (chance(2)) report.same_weekday_last_week = compared();
    // Drawing is slow, so that not every report has a chart.
    if (chance(4)) {
      for (int i = 0; i < kHistoryDays; ++i) report.history.push_back(history_day());
    }
    return report;
  }

  /// Up to 63 bytes, whatever they are.
  std::string text() {
    const auto length = std::min<std::size_t>(byte() % 64U, left_.size());
    std::string taken(left_.substr(0, length));
    left_.remove_prefix(length);
    return taken;
  }

 private:
  std::uint8_t byte() {
    if (left_.empty()) return 0;
    const auto first = static_cast<std::uint8_t>(left_.front());
    left_.remove_prefix(1);
    return first;
  }
  std::uint64_t word() {
    std::uint64_t value = 0;
    for (int i = 0; i < 8; ++i) value = value << 8U | byte();
    return value;
  }
  std::int64_t below(std::int64_t end) {
    return end <= 256 ? byte() % end
                      : static_cast<std::int64_t>(word() % static_cast<std::uint64_t>(end));
  }
  bool chance(std::uint8_t one_in) { return byte() % one_in == 1; }
  Day day() { return Day{std::chrono::days{static_cast<int>(below(30'000))}}; }
  Instant instant() { return Instant{std::chrono::milliseconds{below(253'402'300'799'999)}}; }
  Currency currency() {
    constexpr const char* kCodes[] = {"EUR", "USD", "JPY", "KWD", "CLF"};
    return *Currency::from_code(kCodes[byte() % 5]);
  }
  /// Below 10^35, as the reader of messages takes them.
  Int128 wide() {
    const auto magnitude = static_cast<Int128>(word()) << (byte() % 52U);
    return chance(2) ? -magnitude : magnitude;
  }
  Figures figures(std::int64_t most) {
    Figures figures;
    for (auto left = below(5); left > 0; --left) {
      figures.totals.push_back({currency(), below(1'000'000), wide(), below(1'000'000)});
    }
    for (auto left = below(most); left > 0; --left) figures.skus.push_back({text(), wide()});
    return normalized(std::move(figures));
  }
  Correction correction() {
    Correction made{below(1'000), std::nullopt, std::nullopt, instant(), figures(14)};
    if (chance(2)) return made;
    made.business_day = day();
    made.from = instant();
    return made;
  }
  ComparedDay compared() { return {below(1'000), day(), figures(1).totals}; }
  HistoryDay history_day() {
    HistoryDay made{day(), std::nullopt};
    if (chance(2)) made.report = compared();
    return made;
  }

  std::string_view left_;
};

}  // namespace invoicing::fuzz
