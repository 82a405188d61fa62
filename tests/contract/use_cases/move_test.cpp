// A whole installation from the file to MongoDB and back into another file.
#include <algorithm>

#include <gtest/gtest.h>

#include "app/move_store.hpp"
#include "mongo/delivery_ledger.hpp"
#include "mongo/move_source.hpp"
#include "mongo/move_target.hpp"
#include "mongo/report_store.hpp"
#include "mongo/sales_ledger.hpp"
#include "sqlite/delivery_ledger.hpp"
#include "sqlite/invoice_store.hpp"
#include "sqlite/move_source.hpp"
#include "sqlite/move_target.hpp"
#include "sqlite/report_store.hpp"
#include "sqlite/sales_ledger.hpp"
#include "tests/support/contexts.hpp"
#include "tests/support/memory/manual_clock.hpp"
#include "tests/support/mongo_server/client.hpp"
#include "tests/support/run_task.hpp"
#include "tests/support/samples.hpp"
#include "tests/support/temp_folder.hpp"

namespace invoicing::testing {
namespace {

constexpr std::int64_t kDayMs = 86'400'000;
constexpr std::uint64_t kInvoices = 2500;  // more than two batches

/// A file with every door that a move needs.
struct File {
  std::unique_ptr<sqlite::Database> open() {
    sqlite::DatabaseOptions options;
    options.folder = folder.path();
    return *sqlite::Database::open(std::move(options));
  }

  TempFolder folder;
  std::unique_ptr<sqlite::Database> database = open();
  sqlite::SqliteInvoiceStore invoices{*database, {}};
  sqlite::SqliteSalesLedger ledger{*database};
  sqlite::SqliteReportStore reports{*database};
  sqlite::SqliteDeliveryLedger deliveries{*database};
  sqlite::SqliteMoveSource source{*database};
  sqlite::SqliteMoveTarget target{*database};
};

struct Base {
  MongoDatabase database;
  std::unique_ptr<mongo::Client> client = open_test_client(database.uri());
  mongo::MongoSalesLedger ledger{*client};
  mongo::MongoReportStore reports{*client};
  mongo::MongoMoveSource source{*client};
  mongo::MongoMoveTarget target{*client};
};

class MoveTest : public ::testing::Test {
 protected:
  template <typename T>
  T run(Task<T> task) {
    return testing::run(io, std::move(task));
  }

  template <typename From, typename To>
  Result<MoveTotals> move(From& from, To& to) {
    MoveStore move(from.source, {from.reports, from.ledger, "there"}, to.target,
                   {to.reports, to.ledger, "here"}, clock, ids, [](const std::string&) {});
    return run(move.move());
  }

  /// Two sealed days, the second published but not done; voids; a mark; a late change of day 1.
  void fill() {
    const Instant opening = at(-2 * kDayMs);
    ASSERT_TRUE(run(file.reports.open_books({BooksState::open, opening, Day{}})));
    RandomInvoices random(test_seed());
    std::vector<Invoice> invoices;
    while (invoices.size() < kInvoices) invoices.push_back(random.next());
    for (std::size_t i = 0; i < invoices.size(); i += 500) {
      run(file.invoices.insert_all(std::span(invoices).subspan(i, 500)));
    }
    for (std::size_t i = 0; i < invoices.size(); i += 7) {
      ASSERT_TRUE(run(file.invoices.mark_void(invoices[i].id, random.voiding())));
    }
    for (ReportNumber number = 1; number <= 2; ++number) {
      const Instant from = opening + std::chrono::milliseconds((number - 1) * kDayMs);
      auto report = sample_report(number, {from, from + std::chrono::milliseconds(kDayMs)});
      report.business_day = Day{std::chrono::days{20'000 + number}};
      ASSERT_TRUE(run(file.reports.seal(report, {})));
    }
    ASSERT_TRUE(run(file.reports.mark_published(2, 1, at())));
    const std::vector<ReportNumber> marks{1};
    ASSERT_TRUE(run(file.reports.mark_windows(marks)));
    ASSERT_TRUE(run(file.deliveries.settle("a", "anna", DeliveryState::sent, "250", at())));
    ASSERT_TRUE(run(file.deliveries.settle("a", "bert", DeliveryState::refused, "550", at())));
    ASSERT_TRUE(run(file.deliveries.claim("b", "anna", at(), at(kDayMs))));
  }

  std::vector<Invoice> invoices_of(MoveSource& source) {
    std::vector<Invoice> all;
    InvoiceBatch batch{.invoices = {}, .position = {}, .more = true};
    while (batch.more) {
      batch = *run(source.invoices(batch.position, 300));
      all.insert(all.end(), batch.invoices.begin(), batch.invoices.end());
    }
    std::ranges::sort(all, {}, &Invoice::id);
    return all;
  }

  boost::asio::io_context io{1};
  Contexts contexts;
  memory::ManualClock clock{at()};
  InvoiceIdGenerator ids{test_seed()};
  File file;
  Base base;
};

TEST_F(MoveTest, EverythingArrivesThereAndBack) {
  fill();
  const auto before = invoices_of(file.source);
  ASSERT_EQ(before.size(), kInvoices);
  const auto there = move(file, base);
  ASSERT_TRUE(there) << there.error().detail();
  EXPECT_EQ(there->written, static_cast<std::int64_t>(kInvoices));
  EXPECT_EQ(invoices_of(base.source), before);

  const auto reports = *run(file.source.stored_reports(0, 10));
  const auto moved = *run(base.source.stored_reports(0, 10));
  ASSERT_EQ(moved.size(), 2U);
  for (std::size_t i = 0; i < moved.size(); ++i) EXPECT_EQ(moved[i].report, reports[i].report);
  EXPECT_EQ(moved[1].outbox.state, OutboxState::sealed) << "to be published in the other queue";
  EXPECT_EQ(moved[1].outbox.sends, 1);
  EXPECT_EQ(*run(base.reports.marked_windows()), std::vector<ReportNumber>{1});
  const auto deliveries = *run(base.source.stored_deliveries({}, 10));
  ASSERT_EQ(deliveries.size(), 3U);
  EXPECT_EQ(deliveries[0].state, DeliveryState::sent);
  EXPECT_EQ(deliveries[1].last_error, "550");
  EXPECT_EQ(deliveries[2].attempts, 1);
  EXPECT_FALSE(deliveries[2].claimed_until) << "no sender is at it";

  File back;
  const auto returned = move(base, back);
  ASSERT_TRUE(returned) << returned.error().detail();
  EXPECT_EQ(invoices_of(back.source), before);
  EXPECT_EQ((*run(back.reports.books()))->state, BooksState::open);
  EXPECT_EQ((*run(base.reports.books()))->state, BooksState::moved);
  const auto again = move(base, back);
  ASSERT_TRUE(again);
  EXPECT_TRUE(again->was_done_before);
}

TEST_F(MoveTest, TheFileThatIsEnteredKnowsWhichWindowsHaveChanged) {
  fill();
  ASSERT_TRUE(move(file, base));
  File back;
  ASSERT_TRUE(move(base, back));
  const auto heads = *run(back.reports.heads(1));
  std::vector<Window> windows{{kBeginningOfTime, heads.front().window.from}};
  for (const auto& head : heads) windows.push_back(head.window);
  const auto there = *run(base.ledger.snapshot(at()));
  const auto here = *run(back.ledger.snapshot(at()));
  const auto expected = *run(there->changed_since((*run(base.reports.last()))->mark, windows));
  const auto noticed = *run(here->changed_since((*run(back.reports.last()))->mark, windows));
  EXPECT_EQ(noticed, expected);
  for (const Window& window : windows) {
    EXPECT_EQ(*run(here->figures(window)), *run(there->figures_from_invoices(window)));
  }
}

TEST_F(MoveTest, AHalfMoveGoesOnWithWhatHappenedMeanwhile) {
  fill();
  const auto first = *run(file.source.invoices("", 800));
  const Books books = **run(file.reports.books());
  const MoveNote note{"0123", "there"};
  ASSERT_TRUE(run(file.source.set_note(note)));
  const Books importing{BooksState::importing, books.opening, books.opening_day};
  ASSERT_TRUE(run(base.target.begin_import(importing, note)));
  const std::span<const Invoice> half(first.invoices);
  ASSERT_TRUE(run(base.target.put_invoices(half)));
  const auto deliveries = *run(file.source.stored_deliveries({}, 10));
  ASSERT_TRUE(run(base.target.put_deliveries(deliveries)));
  const auto issued = std::ranges::find_if(first.invoices, [](const Invoice& invoice) {
    return invoice.status() == InvoiceStatus::issued;
  });
  ASSERT_NE(issued, first.invoices.end());
  const Voiding voiding{at(), "meanwhile", ""};
  ASSERT_TRUE(run(file.invoices.mark_void(issued->id, voiding)));
  ASSERT_TRUE(run(file.deliveries.settle("b", "anna", DeliveryState::sent, "", at())));
  const auto moved = move(file, base);
  ASSERT_TRUE(moved) << moved.error().detail();
  const auto there = *run(base.source.stored_deliveries({}, 10));
  ASSERT_EQ(there.size(), deliveries.size());
  EXPECT_EQ(there.back().state, DeliveryState::sent);
  EXPECT_EQ(moved->written, static_cast<std::int64_t>(kInvoices - first.invoices.size() + 1));
  EXPECT_EQ(invoices_of(base.source), invoices_of(file.source));
}

TEST_F(MoveTest, AnotherInvoiceOfTheSameIdIsNoticed) {
  fill();
  auto batch = *run(file.source.invoices("", 5));
  const std::span<const Invoice> invoices(batch.invoices);
  File back;
  ASSERT_TRUE(run(base.target.put_invoices(invoices)));
  ASSERT_TRUE(run(back.target.put_invoices(invoices)));
  batch.invoices[2].request_hash = hash_of(999'999);
  EXPECT_EQ(run(base.target.put_invoices(invoices)).error().code(), ErrorCode::stored_data_invalid);
  EXPECT_EQ(run(back.target.put_invoices(invoices)).error().code(), ErrorCode::stored_data_invalid);
}

TEST_F(MoveTest, StoresThatAreInUseAreRefused) {
  EXPECT_EQ(move(file, base).error().code(), ErrorCode::books_not_open) << "nothing to move";
  fill();
  ASSERT_TRUE(move(file, base));
  File other;
  ASSERT_TRUE(run(other.reports.open_books({BooksState::open, at(), Day{}})));
  EXPECT_EQ(move(other, base).error().code(), ErrorCode::books_not_open);
  EXPECT_EQ(move(base, other).error().code(), ErrorCode::books_not_open);
  Base elsewhere;
  EXPECT_EQ(move(file, elsewhere).error().code(), ErrorCode::books_not_open) << "moved before";
}

}  // namespace
}  // namespace invoicing::testing
