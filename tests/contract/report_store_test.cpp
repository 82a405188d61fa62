#include "ports/report_store.hpp"

#include <gmock/gmock.h>

#include "tests/contract/adapters.hpp"

namespace invoicing::testing {
namespace {

using std::chrono::hours;

CurrencyTotal total(std::string_view code, std::int64_t invoices, Int128 minor,
                    std::int64_t voids) {
  return {*Currency::from_code(code), invoices, minor, voids};
}

class ReportStoreContract : public ContractTest {
 protected:
  static Window window_of(ReportNumber number) {
    return {at() + hours(24 * (number - 1)), at() + hours(24 * number)};
  }

  /// A report with something in every field.
  static SalesReport full_report(ReportNumber number) {
    SalesReport report = sample_report(number, window_of(number));
    report.currency = *Currency::from_code("EUR");
    report.figures.totals = {total("EUR", 3, 31050, 1), total("JPY", 1, 5, 0)};
    report.figures.skus = {{"A", 1500}, {"B \"x\"", Int128{kMaxQuantityMilli} * 100'000'000}};
    report.mark.sequence = 41 * number;
    report.pending = {2, 5};
    if (number > 1) {
      report.corrections.push_back({.number = number - 1,
                                    .business_day = report.business_day - std::chrono::days(1),
                                    .from = window_of(number - 1).from,
                                    .to = window_of(number - 1).to,
                                    .figures = {{total("EUR", -1, -4000, 1)}, {{"A", -1000}}}});
      report.previous_day = ComparedDay{
          number - 1, report.business_day - std::chrono::days(1), {total("EUR", 2, 27050, 2)}};
      report.history.back().report = report.previous_day;
    } else {
      report.opening_balance = Correction{.number = 0,
                                          .business_day = {},
                                          .from = {},
                                          .to = window_of(1).from,
                                          .figures = {{total("EUR", 7, 700, 0)}, {{"A", 7}}}};
    }
    return report;
  }

  void seal(const SalesReport& report) {
    const auto sealed = run(adapters->reports().seal(report, {}));
    ASSERT_TRUE(sealed) << sealed.error().detail();
  }
};

TEST_P(ReportStoreContract, the_books_are_written_once) {
  const auto nothing = run(adapters->reports().books());
  ASSERT_TRUE(nothing);
  EXPECT_FALSE(*nothing);
  const Books books{BooksState::open, at(7), Day(std::chrono::days(20'000))};
  const Books other{BooksState::importing, at(8), Day(std::chrono::days(20'001))};
  const auto first = run(adapters->reports().open_books(books));
  adapters->restart();
  const auto second = run(adapters->reports().open_books(other));
  const auto read = run(adapters->reports().books());
  ASSERT_TRUE(first && second && read && *read);
  for (const auto& there : {*first, *second, **read}) {
    EXPECT_EQ(there.state, BooksState::open);
    EXPECT_EQ(there.opening, at(7));
    EXPECT_EQ(there.opening_day, books.opening_day);
  }
}

TEST_P(ReportStoreContract, before_the_first_closing_there_is_no_report) {
  const auto last = run(adapters->reports().last());
  ASSERT_TRUE(last);
  EXPECT_FALSE(*last);
  const auto found = run(adapters->reports().find(ReportNumber{1}));
  ASSERT_TRUE(found);
  EXPECT_FALSE(*found);
  const auto heads = run(adapters->reports().heads(0));
  ASSERT_TRUE(heads);
  EXPECT_TRUE(heads->empty());
  const auto reported = run(adapters->reports().reported_on(0));
  ASSERT_TRUE(reported);
  EXPECT_TRUE(reported->is_zero());
}

TEST_P(ReportStoreContract, a_sealed_report_is_read_back_whole) {
  for (ReportNumber number = 1; number <= 3; ++number) seal(full_report(number));
  adapters->restart();
  for (ReportNumber number = 1; number <= 3; ++number) {
    const auto right = full_report(number);
    const auto by_number = run(adapters->reports().find(number));
    ASSERT_TRUE(by_number && *by_number);
    EXPECT_EQ(**by_number, right);
    EXPECT_EQ((*by_number)->mark.sequence, 41 * number);
    const auto by_day = run(adapters->reports().find(right.business_day));
    ASSERT_TRUE(by_day && *by_day);
    EXPECT_EQ(**by_day, right);
  }
}

TEST_P(ReportStoreContract, a_number_is_taken_once_and_none_is_left_out) {
  const auto refused = [&](ReportNumber number) {
    SalesReport report = full_report(number);
    report.report_id = id_of(999'000 + static_cast<std::uint64_t>(number)).to_hex();
    report.business_day += std::chrono::days(500);
    const auto sealed = run(adapters->reports().seal(report, {}));
    return !sealed && sealed.error().code() == ErrorCode::number_taken;
  };
  EXPECT_TRUE(refused(2));
  EXPECT_TRUE(refused(0));
  seal(full_report(1));
  EXPECT_TRUE(refused(1));
  EXPECT_TRUE(refused(3));
  seal(full_report(2));
  EXPECT_TRUE(refused(1));
  const auto first = run(adapters->reports().find(ReportNumber{1}));
  ASSERT_TRUE(first && *first);
  EXPECT_EQ(**first, full_report(1));
  const auto heads = run(adapters->reports().heads(0));
  ASSERT_TRUE(heads);
  EXPECT_EQ(heads->size(), 2u);
}

TEST_P(ReportStoreContract, a_refused_seal_removes_no_marks_and_a_good_one_removes_those_named) {
  ASSERT_TRUE(run(adapters->reports().mark_windows({4, 2})));
  ASSERT_TRUE(run(adapters->reports().mark_windows({2, 9})));
  EXPECT_FALSE(run(adapters->reports().seal(full_report(2), {2})));
  auto marked = run(adapters->reports().marked_windows());
  ASSERT_TRUE(marked);
  EXPECT_THAT(*marked, ::testing::ElementsAre(2, 4, 9));
  ASSERT_TRUE(run(adapters->reports().seal(full_report(1), {2, 9, 77})));
  adapters->restart();
  marked = run(adapters->reports().marked_windows());
  ASSERT_TRUE(marked);
  EXPECT_THAT(*marked, ::testing::ElementsAre(4));
}

TEST_P(ReportStoreContract, heads_say_what_the_chain_needs) {
  for (ReportNumber number = 1; number <= 3; ++number) seal(full_report(number));
  const auto heads = run(adapters->reports().heads(2));
  const auto last = run(adapters->reports().last());
  ASSERT_TRUE(heads && last && *last);
  ASSERT_EQ(heads->size(), 2u);
  EXPECT_EQ(heads->front().number, 2);
  const auto right = full_report(3);
  for (const auto& head : {heads->back(), **last}) {
    EXPECT_EQ(head.number, 3);
    EXPECT_EQ(head.report_id, right.report_id);
    EXPECT_EQ(head.business_day, right.business_day);
    EXPECT_EQ(head.window, right.window);
    EXPECT_EQ(head.mark, right.mark);
    EXPECT_EQ(head.pending, right.pending);
  }
}

TEST_P(ReportStoreContract, the_list_is_newest_first_and_goes_on_before_a_number) {
  for (ReportNumber number = 1; number <= 5; ++number) seal(full_report(number));
  const auto numbers = [&](ReportNumber before, std::size_t limit) {
    std::vector<ReportNumber> found;
    const auto reports = run(adapters->reports().list(before, limit));
    for (const auto& report : *reports) found.push_back(report.number);
    return found;
  };
  EXPECT_THAT(numbers(1'000'000, 2), ::testing::ElementsAre(5, 4));
  EXPECT_THAT(numbers(4, 2), ::testing::ElementsAre(3, 2));
  EXPECT_THAT(numbers(2, 2), ::testing::ElementsAre(1));
  EXPECT_THAT(numbers(1, 2), ::testing::IsEmpty());
}

TEST_P(ReportStoreContract, what_was_reported_on_a_window_is_the_sum_over_all_reports) {
  std::vector<SalesReport> reports;
  for (ReportNumber number = 1; number <= 4; ++number) reports.push_back(full_report(number));
  // Report 4 also corrects windows 1 and 0, long ago.
  reports[3].corrections.insert(reports[3].corrections.begin(),
                                {.number = 1,
                                 .business_day = reports[0].business_day,
                                 .from = reports[0].window.from,
                                 .to = reports[0].window.to,
                                 .figures = {{total("JPY", -1, -5, 1)}, {}}});
  reports[3].corrections.insert(reports[3].corrections.begin(), {.number = 0,
                                                                 .business_day = {},
                                                                 .from = {},
                                                                 .to = reports[0].window.from,
                                                                 .figures = {{}, {{"A", -7}}}});
  for (const auto& report : reports) seal(report);
  for (ReportNumber number = 0; number <= 5; ++number) {
    Figures right;
    for (const auto& report : reports) right = sum(right, reported_by(report, number));
    const auto reported = run(adapters->reports().reported_on(number));
    ASSERT_TRUE(reported);
    EXPECT_EQ(*reported, right) << number;
  }
  const auto opening = run(adapters->reports().reported_on(0));
  EXPECT_EQ(*opening, (Figures{{total("EUR", 7, 700, 0)}, {}}));
}

INVOICING_CONTRACT(ReportStoreContract);

}  // namespace
}  // namespace invoicing::testing
