#include "tests/simulation/books_watch.hpp"

#include <algorithm>

namespace invoicing::simulation {

namespace {

// 31 days may wait, the longest has 27 hours, and the last one is not over.
constexpr std::chrono::hours kLongestBacklog{33 * 25};

std::string name_of(const SalesReport& report) {
  return "report " + std::to_string(report.number) + " of " + format_day(report.business_day);
}

}  // namespace

void BooksWatch::opened(const Books& asked, const Books& stands, Instant now,
                        const BusinessCalendar& calendar) {
  if (!books_) {
    books_ = stands;
    ends_.push_back(stands.opening);
    reported_.emplace_back();
    trace_.expect(asked.opening == stands.opening && asked.opening_day == stands.opening_day &&
                      stands.opening == calendar.cut_off_of(stands.opening_day) &&
                      stands.opening <= now &&
                      now < calendar.cut_off_of(stands.opening_day + std::chrono::days{1}),
                  [&] {
                    return "the books do not open at the last cut-off before " +
                           format_instant(now) + " but at " + format_instant(stands.opening);
                  });
  }
  trace_.expect(books_->opening == stands.opening && books_->opening_day == stands.opening_day &&
                    stands.state == BooksState::open,
                [] { return "the opening of the books has changed"; });
}

void BooksWatch::sealed(const SalesReport& report, const Sealer& sealer) {
  trace_.expect(books_.has_value(),
                [&] { return name_of(report) + " was sealed before the books were open"; });
  if (!books_) return;
  trace_.note("store", [&] {
    return "sealed " + name_of(report) + " up to " + format_instant(report.window.to) +
           ", change " + std::to_string(report.mark.sequence) + ", " +
           std::to_string(report.corrections.size()) + " corrections, " +
           std::to_string(report.pending.size()) + " pending";
  });
  check_chain(report, sealer);
  check_day(report, sealer);
  if (trace_.failed()) return;
  sealed_.push_back(report);
  ends_.push_back(report.window.to);
  reported_.emplace_back();
  by_day_[report.business_day] = report.number;
  by_id_[report.report_id] = report.number;
  check_sums(report);
  check_comparisons(report);
}

void BooksWatch::check_chain(const SalesReport& report, const Sealer& sealer) {
  trace_.expect(report.number == reports() + 1, [&] {
    return name_of(report) + " was sealed after " + std::to_string(reports()) + " others";
  });
  trace_.expect(report.window.from == ends_.back() && !report.window.empty(), [&] {
    return name_of(report) + " covers " + format_instant(report.window.from) + " to " +
           format_instant(report.window.to) + " after an end at " + format_instant(ends_.back());
  });
  trace_.expect(
      report.report_id.size() == 24 && !by_id_.contains(report.report_id) && report.sealed,
      [&] { return name_of(report) + " has no id of its own: " + report.report_id; });
  trace_.expect(report.window.to <= sealer.latest_wall,
                [&] { return name_of(report) + " was sealed before its day was over"; });
  trace_.expect(!sealer.refuses || sealer.call_began - ends_.back() <= kLongestBacklog, [&] {
    return name_of(report) + " was sealed although more than 31 days were due";
  });
  const std::int64_t seen = sealed_.empty() ? 0 : sealed_.back().mark.sequence;
  trace_.expect(report.mark.sequence >= seen && report.mark.sequence <= model_.sequence(), [&] {
    return name_of(report) + " has seen change " + std::to_string(report.mark.sequence) +
           ", the one before " + std::to_string(seen);
  });
}

void BooksWatch::check_day(const SalesReport& report, const Sealer& sealer) {
  const Day last = sealed_.empty() ? books_->opening_day : sealed_.back().business_day;
  const Day before = report.business_day - std::chrono::days{1};
  const BusinessCalendar& calendar = sealer.calendar;
  trace_.expect(report.business_day > last &&
                    report.window.to == calendar.cut_off_of(report.business_day) &&
                    (before == last || calendar.cut_off_of(before) <= ends_.back()),
                [&] {
                  return name_of(report) + " up to " + format_instant(report.window.to) +
                         " is not the day after " + format_day(last) + " in " +
                         calendar.zone_name() + " at " + calendar.cut_off_text();
                });
  trace_.expect(
      report.time_zone == calendar.zone_name() && report.cut_off == calendar.cut_off_text(),
      [&] { return name_of(report) + " names another calendar than it was closed by"; });
}

void BooksWatch::check_sums(const SalesReport& report) {
  const auto number = static_cast<std::size_t>(report.number);
  bool known = reported_[number].add(report.figures);
  std::set<ReportNumber> corrected;
  for (const Correction& correction : report.corrections) {
    const bool older = correction.number >= 0 && correction.number < report.number;
    trace_.expect(older && corrected.insert(correction.number).second, [&] {
      return name_of(report) + " corrects window " + std::to_string(correction.number);
    });
    if (!older) return;
    known = reported_[static_cast<std::size_t>(correction.number)].add(correction.figures) && known;
  }
  if (report.opening_balance) {
    known = reported_[0].add(report.opening_balance->figures) && known;
    trace_.expect(report.number == 1, [&] { return name_of(report) + " has an opening balance"; });
  }
  trace_.expect(known, [&] { return name_of(report) + " speaks of goods that nobody sold"; });

  const std::set<ReportNumber> pending(report.pending.begin(), report.pending.end());
  trace_.expect(pending.empty() || pending_allowed_,
                [&] { return name_of(report) + " leaves corrections over without need"; });
  if (number >= 2) {
    const auto& waited = sealed_[number - 2].pending;
    trace_.expect(waited.empty() || !pending.contains(waited.front()), [&] {
      return name_of(report) + " lets window " + std::to_string(waited.front()) + " wait again";
    });
  }
  const std::vector<Sum> invoiced = model_.sums(ends_, report.mark.sequence);
  for (std::size_t window = 0; window <= number; ++window) {
    if (pending.contains(static_cast<ReportNumber>(window)) || damaged_.contains(window)) continue;
    trace_.expect(reported_[window] == invoiced[window], [&] {
      return "after " + name_of(report) + " the reports say of window " + std::to_string(window) +
             ": " + reported_[window].show() + "; the invoices up to change " +
             std::to_string(report.mark.sequence) + ": " + invoiced[window].show();
    });
  }
}

void BooksWatch::check_comparisons(const SalesReport& report) {
  const auto on_day = [this](Day day) -> std::optional<ReportNumber> {
    const auto there = by_day_.find(day);
    return there == by_day_.end() ? std::nullopt : std::optional(there->second);
  };
  const ReportNumber before = report.number - 1;
  check_compared(report, report.previous_day, before >= 1 ? std::optional(before) : std::nullopt,
                 "the day before");
  check_compared(report, report.same_weekday_last_week,
                 on_day(report.business_day - std::chrono::days{7}), "the same weekday");
  bool complete = report.history.size() == static_cast<std::size_t>(kHistoryDays);
  for (std::size_t i = 0; complete && i < report.history.size(); ++i) {
    const HistoryDay& day = report.history[i];
    const auto back = kHistoryDays - static_cast<int>(i);
    complete = day.business_day == report.business_day - std::chrono::days{back};
    check_compared(report, day.report, on_day(day.business_day), "its history");
  }
  trace_.expect(complete, [&] { return name_of(report) + " lacks the 14 days before it"; });
}

void BooksWatch::check_compared(const SalesReport& report, const std::optional<ComparedDay>& day,
                                std::optional<ReportNumber> number, const char* what) {
  bool right = day.has_value() == number.has_value();
  if (right && day) {
    const auto window = static_cast<std::size_t>(*number);
    Sum stated;
    Sum known;
    known.totals = reported_[window].totals;
    right = stated.add(day->totals) && stated == known && day->number == *number &&
            day->business_day == sealed_[window - 1].business_day;
  }
  trace_.expect(right, [&] { return name_of(report) + " is wrong about " + what; });
}

Sum BooksWatch::reported_in_all() const {
  Sum all;
  for (const Sum& one : reported_) {
    for (std::size_t i = 0; i < all.totals.size(); ++i) {
      all.totals[i].invoices += one.totals[i].invoices;
      all.totals[i].minor += one.totals[i].minor;
      all.totals[i].voids += one.totals[i].voids;
    }
    for (std::size_t i = 0; i < all.milli.size(); ++i) all.milli[i] += one.milli[i];
  }
  return all;
}

std::optional<ReportNumber> BooksWatch::number_of(const std::string& report_id) const {
  const auto there = by_id_.find(report_id);
  return there == by_id_.end() ? std::nullopt : std::optional(there->second);
}

}  // namespace invoicing::simulation
