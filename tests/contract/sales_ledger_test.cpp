#include "ports/sales_ledger.hpp"

#include <algorithm>

#include <gmock/gmock.h>

#include "tests/contract/adapters.hpp"

namespace invoicing::testing {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;

class SalesLedgerContract : public ContractTest {
 protected:
  void insert(const Invoice& invoice) {
    const auto outcome = run(adapters->invoices().insert(invoice));
    ASSERT_TRUE(outcome);
    ASSERT_EQ(outcome->result, InsertResult::created);
    stored.push_back(invoice);
  }

  void make_void(Invoice& invoice) {
    invoice.voiding = random.voiding();
    ASSERT_TRUE(run(adapters->invoices().mark_void(invoice.id, *invoice.voiding)));
  }

  std::unique_ptr<SalesSnapshot> snapshot() {
    auto taken = run(adapters->ledger().snapshot(at(1'000'000)));
    if (!taken) throw std::runtime_error(taken.error().detail());
    return *std::move(taken);
  }

  Figures expected(Window window) const {
    Figures figures;
    for (const auto& invoice : stored) {
      if (window.contains(invoice.date)) figures = sum(figures, figures_of(invoice));
    }
    return figures;
  }

  void seal(ReportNumber number, Window window, const ChangeMark& mark) {
    SalesReport report = sample_report(number, window);
    report.mark = mark;
    ASSERT_TRUE(run(adapters->reports().seal(report, {})));
  }

  RandomInvoices random{test_seed()};
  std::vector<Invoice> stored;
};

TEST_P(SalesLedgerContract, nothing_adds_up_to_nothing) {
  const auto look = snapshot();
  const auto figures = run(look->figures({kBeginningOfTime, at()}));
  ASSERT_TRUE(figures);
  EXPECT_TRUE(figures->is_zero());
  EXPECT_EQ(look->mark().seen_until, at(1'000'000));
}

TEST_P(SalesLedgerContract, any_window_adds_up_to_its_invoices) {
  for (int i = 0; i < 300; ++i) insert(random.next());
  for (auto& invoice : stored) {
    if (random.chance(20)) make_void(invoice);
  }
  const auto look = snapshot();
  std::vector<Window> windows = {{kBeginningOfTime, at()},
                                 {kBeginningOfTime, kLastDate},
                                 {at(), at() + hours(24)},
                                 {at(1), at(1)},
                                 {at(5), at(2)},
                                 {at(1), at(2)},
                                 {at(900'000 - 1), at(900'000 + 1)},
                                 {at(900'000), at(1'800'000)}};
  for (int i = 0; i < 150; ++i) {
    const Instant from = random.date();
    windows.push_back({from, from + milliseconds(random.number(0, 90'000'000))});
  }
  for (const auto& window : windows) {
    const auto figures = run(look->figures(window));
    const auto slow = run(look->figures_from_invoices(window));
    ASSERT_TRUE(figures && slow);
    const auto right = expected(window);
    EXPECT_EQ(*figures, right) << format_instant(window.from) << " " << format_instant(window.to);
    EXPECT_EQ(*slow, right) << format_instant(window.from) << " " << format_instant(window.to);
    const auto totals = run(look->totals(window));
    ASSERT_TRUE(totals);
    EXPECT_EQ(*totals, right.totals)
        << format_instant(window.from) << " " << format_instant(window.to);
  }
}

TEST_P(SalesLedgerContract, totals_beyond_64_bits_are_exact) {
  constexpr int kInvoices = 10'000;
  std::vector<Invoice> batch;
  for (int i = 0; i < kInvoices; ++i) {
    Invoice invoice = sample_invoice(static_cast<std::uint64_t>(i) + 1);
    invoice.amount.minor = kMaxMinorUnits - (i % 2);
    invoice.items = {{"big", {kMaxQuantityMilli}}, {"big", {kMaxQuantityMilli - 1}}};
    batch.push_back(invoice);
  }
  for (int i = 0; i < kInvoices; i += 1000) {
    const std::span part(batch.data() + i, 1000);
    for (const auto& outcome : run(adapters->invoices().insert_all(part))) ASSERT_TRUE(outcome);
  }
  const Int128 amount = Int128{kMaxMinorUnits} * kInvoices - kInvoices / 2;
  const Int128 quantity = (Int128{kMaxQuantityMilli} * 2 - 1) * kInvoices;
  const auto look = snapshot();
  for (const Window window : {Window{at(), at(900'000)}, Window{at(0), at(1)}}) {
    const auto figures = run(look->figures(window));
    ASSERT_TRUE(figures);
    ASSERT_EQ(figures->totals.size(), 1u);
    EXPECT_TRUE(figures->totals[0].amount_minor == amount);
    EXPECT_EQ(figures->totals[0].invoices, kInvoices);
    ASSERT_EQ(figures->skus.size(), 1u);
    EXPECT_TRUE(figures->skus[0].milli == quantity);
  }
}

TEST_P(SalesLedgerContract, one_amount_as_large_as_they_may_be_among_many_small_ones_is_exact) {
  // So many that, were each of them as large, the sum would need more than 64 bits.
  constexpr int kInvoices = 9'300;
  std::vector<Invoice> batch;
  for (int i = 0; i < kInvoices; ++i) {
    batch.push_back(sample_invoice(static_cast<std::uint64_t>(i) + 1));
  }
  batch.back().amount.minor = kMaxMinorUnits;
  for (const auto& outcome : run(adapters->invoices().insert_all(batch))) ASSERT_TRUE(outcome);
  const auto figures = run(snapshot()->figures({at(), at() + hours(1)}));
  ASSERT_TRUE(figures);
  ASSERT_EQ(figures->totals.size(), 1u);
  EXPECT_TRUE(figures->totals[0].amount_minor ==
              Int128{sample_invoice(1).amount.minor} * (kInvoices - 1) + kMaxMinorUnits);
}

TEST_P(SalesLedgerContract, a_snapshot_sees_what_it_promises_while_invoices_arrive) {
  insert(sample_invoice(1));
  const Window window{at(), at() + hours(1)};
  const auto look = snapshot();
  const auto before = expected(window);
  insert(sample_invoice(2));
  make_void(stored[0]);
  const auto figures = run(look->figures(window));
  const auto slow = run(look->figures_from_invoices(window));
  ASSERT_TRUE(figures && slow);
  // Or each call reads what is there at that moment, as the port allows.
  const auto right = adapters->freezes_snapshots() ? before : expected(window);
  EXPECT_EQ(*figures, right);
  EXPECT_EQ(*slow, right);
  const auto later = run(snapshot()->figures(window));
  ASSERT_TRUE(later);
  EXPECT_EQ(*later, expected(window));
}

TEST_P(SalesLedgerContract, voids_and_inserts_in_every_order_keep_the_sums) {
  const Window window{at(), at() + hours(48)};
  for (int round = 0; round < 60; ++round) {
    std::vector<Invoice> batch;
    for (int i = 0; i < 3; ++i) batch.push_back(random.next());
    for (const auto& outcome : run(adapters->invoices().insert_all(batch))) ASSERT_TRUE(outcome);
    stored.insert(stored.end(), batch.begin(), batch.end());
    auto& invoice = stored[static_cast<std::size_t>(
        random.number(0, static_cast<std::int64_t>(stored.size()) - 1))];
    if (!invoice.voiding) make_void(invoice);
  }
  const auto figures = run(snapshot()->figures(window));
  ASSERT_TRUE(figures);
  EXPECT_EQ(*figures, expected(window));
}

TEST_P(SalesLedgerContract, a_replay_or_a_second_void_changes_no_sum) {
  insert(sample_invoice(1));
  const std::vector<Invoice> again = {stored[0], stored[0]};
  run(adapters->invoices().insert_all(again));
  make_void(stored[0]);
  ASSERT_TRUE(run(adapters->invoices().mark_void(stored[0].id, random.voiding())));
  const Window window{at(), at() + hours(1)};
  const auto figures = run(snapshot()->figures(window));
  ASSERT_TRUE(figures);
  EXPECT_EQ(*figures, expected(window));
}

TEST_P(SalesLedgerContract, changed_since_never_leaves_out_a_changed_window) {
  // A chain of reports as the generator makes it, with entries at any time, also between the
  // snapshot of a report and its seal.
  constexpr int kReports = 12;
  const Instant start = at();
  const auto window_of = [&](ReportNumber number) {
    if (number == 0) return Window{kBeginningOfTime, start};
    return Window{start + hours(number - 1), start + hours(number)};
  };
  std::vector<Window> sealed = {window_of(0)};
  std::vector<std::vector<Instant>> changes_after(kReports + 1);  // after the mark of report n
  std::vector<ChangeMark> marks(kReports + 1);
  int marked = 0;
  const auto change = [&](int count) {
    for (int i = 0; i < count; ++i) {
      Instant date{};
      if (!stored.empty() && random.chance(30)) {
        auto& invoice = stored[static_cast<std::size_t>(
            random.number(0, static_cast<std::int64_t>(stored.size()) - 1))];
        if (invoice.voiding) continue;
        make_void(invoice);
        date = invoice.date;
      } else {
        Invoice invoice = random.next();
        invoice.date = start + milliseconds(random.number(-3'600'000, (kReports + 2) * 3'600'000));
        insert(invoice);
        date = invoice.date;
      }
      for (int n = 1; n <= marked; ++n) changes_after[static_cast<std::size_t>(n)].push_back(date);
    }
  };
  for (int number = 1; number <= kReports; ++number) {
    change(static_cast<int>(random.number(0, 3)));
    auto look = snapshot();
    for (int older = std::max(1, number - 3); older < number; ++older) {
      const auto changed = run(look->changed_since(marks[static_cast<std::size_t>(older)], sealed));
      ASSERT_TRUE(changed);
      for (const auto& date : changes_after[static_cast<std::size_t>(older)]) {
        const auto window =
            std::ranges::find_if(sealed, [&](const Window& w) { return w.contains(date); });
        if (window == sealed.end()) continue;
        EXPECT_THAT(*changed, ::testing::Contains(*window)) << "since report " << older;
      }
    }
    marks[static_cast<std::size_t>(number)] = look->mark();
    marked = number;
    change(static_cast<int>(random.number(0, 2)));
    seal(number, window_of(number), look->mark());
    sealed.push_back(window_of(number));
    look.reset();
    if (random.chance(30)) adapters->restart();
  }
}

TEST_P(SalesLedgerContract, changed_since_leaves_old_windows_alone_when_nothing_was_late) {
  const Window first{at(), at() + hours(1)};
  const Window second{first.to, first.to + hours(1)};
  Invoice invoice = sample_invoice(1);
  insert(invoice);
  seal(1, first, snapshot()->mark());
  invoice = sample_invoice(2);
  invoice.date = second.from;
  insert(invoice);
  const auto mark = snapshot()->mark();
  seal(2, second, mark);
  invoice = sample_invoice(3);
  invoice.date = second.to;
  insert(invoice);
  const std::vector<Window> sealed = {{kBeginningOfTime, first.from}, first, second};
  // A store that notices changes by their time looks back 24 hours from its mark.
  const ChangeMark since{mark.seen_until + hours(adapters->freezes_snapshots() ? 0 : 24),
                         mark.sequence};
  auto changed = run(snapshot()->changed_since(since, sealed));
  ASSERT_TRUE(changed);
  EXPECT_THAT(*changed, ::testing::IsEmpty());
  invoice = sample_invoice(4);
  invoice.date = first.from;
  invoice.recorded_at = mark.seen_until + milliseconds(1);
  insert(invoice);
  changed = run(snapshot()->changed_since(since, sealed));
  ASSERT_TRUE(changed);
  EXPECT_THAT(*changed, ::testing::ElementsAre(first));
}

TEST_P(SalesLedgerContract, a_change_between_snapshot_and_seal_is_named_afterwards) {
  const Window first{at(), at() + hours(1)};
  const auto mark = snapshot()->mark();
  insert(sample_invoice(1));
  seal(1, first, mark);
  const auto changed = run(snapshot()->changed_since(mark, {first}));
  ASSERT_TRUE(changed);
  EXPECT_THAT(*changed, ::testing::ElementsAre(first));
}

INVOICING_CONTRACT(SalesLedgerContract);

}  // namespace
}  // namespace invoicing::testing
