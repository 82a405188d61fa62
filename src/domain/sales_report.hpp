#pragma once
// The daily sales report: numbered without gaps, sealed once, never changed. Whatever is entered
// or voided in an older window stands in the next report as a correction.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "domain/business_calendar.hpp"
#include "domain/figures.hpp"
#include "domain/instant.hpp"

namespace invoicing {

/// The number of a report and of its window. Window 0 is everything before the opening.
using ReportNumber = std::int64_t;

/// Where the generator stood when it looked at the store: what was written later belongs to the
/// next closing's corrections.
struct ChangeMark {
  Instant seen_until{};  ///< the generator's clock before its first read
  std::int64_t sequence =
      0;  ///< last change contained, where the store counts them (SQLite); else 0

  friend bool operator==(const ChangeMark&, const ChangeMark&) = default;
};

/// The difference between what a window holds now and all that was reported on it so far.
struct Correction {
  ReportNumber number = 0;          ///< of the window; 0 for what is dated before the opening
  std::optional<Day> business_day;  ///< none for window 0
  std::optional<Instant> from;      ///< none for window 0
  Instant to{};
  Figures figures;

  friend bool operator==(const Correction&, const Correction&) = default;
};

/// An earlier report, as known when this one was sealed (corrections included).
struct ComparedDay {
  ReportNumber number = 0;
  Day business_day{};
  std::vector<CurrencyTotal> totals;

  friend bool operator==(const ComparedDay&, const ComparedDay&) = default;
};

/// One of the last 14 calendar names of business days; `report` is none where there was no report.
struct HistoryDay {
  Day business_day{};
  std::optional<ComparedDay> report;

  friend bool operator==(const HistoryDay&, const HistoryDay&) = default;
};

struct SalesReport {
  std::string report_id;  ///< 24 hex digits, also the message id
  ReportNumber number = 0;
  Day business_day{};
  Window window;
  std::string time_zone;
  std::string cut_off;  ///< "HH:MM"
  Instant generated_at{};
  Currency currency;  ///< the default currency: what `totalSales` adds up
  Figures figures;    ///< the day itself, without corrections
  std::vector<Correction> corrections;
  std::optional<Correction> opening_balance;  ///< in report 1 only
  ChangeMark mark;
  std::vector<ReportNumber> pending;  ///< windows whose correction waits for the next report
  std::optional<ComparedDay> previous_day;
  std::optional<ComparedDay> same_weekday_last_week;
  std::vector<HistoryDay> history;  ///< the 14 days before this one, oldest first
  bool sealed = true;               ///< false for the running day (preview)

  friend bool operator==(const SalesReport&, const SalesReport&) = default;
};

/// The total of `currency` in `figures`; zero where it has none.
CurrencyTotal total_of(const std::vector<CurrencyTotal>& totals, const Currency& currency);

/// What `report` says of window `number`: its own figures, a correction, the opening balance; empty
/// where it says nothing. The sum over all reports is what was reported on the window so far.
Figures reported_by(const SalesReport& report, ReportNumber number);

inline constexpr int kHistoryDays = 14;
inline constexpr int kMaxDaysDue = 31;
inline constexpr std::size_t kMaxReportBytes = 8'000'000;

}  // namespace invoicing
