// What the store answers when the disk does not do as it should, and that it recovers by itself.
#include <atomic>
#include <optional>
#include <stdexcept>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <signal.h>
#include <sys/resource.h>

#include "sqlite/connection.hpp"
#include "sqlite/readers.hpp"
#include "sqlite/sales_ledger.hpp"
#include "tests/unit/sqlite/store_fixture.hpp"

namespace invoicing::testing {
namespace {

using sqlite::SqliteInvoiceStore;

/// No file of this process may grow beyond `bytes` while it lives: writing further is an I/O error.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) {
    ::signal(SIGXFSZ, SIG_IGN);
    ::getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit limit{bytes, before_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FileSizeLimit() { ::setrlimit(RLIMIT_FSIZE, &before_); }

 private:
  rlimit before_{};
};

class FaultsTest : public SqliteTest {
 protected:
  Invoice large_invoice(std::uint64_t number) {
    Invoice invoice = sample_invoice(number);
    for (int i = 0; i < 20; ++i) {
      invoice.metadata.emplace_back("k" + std::to_string(i), std::string(500, 'x'));
    }
    return invoice;
  }

  std::vector<std::string> log;
};

TEST_F(FaultsTest, a_full_store_refuses_and_keeps_what_it_acknowledged) {
  auto limited = options();
  limited.pages_max = 200;
  std::uint64_t acknowledged = 0;
  {
    const auto database = open(limited);
    SqliteInvoiceStore invoices(*database, {});
    for (std::uint64_t i = 1; i <= 1000; ++i) {
      const auto inserted = run(invoices.insert(large_invoice(i)));
      if (!inserted) {
        EXPECT_EQ(inserted.error().code(), ErrorCode::storage_full);
        break;
      }
      ++acknowledged;
    }
    ASSERT_GT(acknowledged, 10u);
    ASSERT_LT(acknowledged, 1000u);
    EXPECT_TRUE(run(invoices.find(id_of(1))));
    EXPECT_GT(database->stats().failed_commits, 0u);
  }
  const auto database = open(options());
  SqliteInvoiceStore invoices(*database, {});
  for (std::uint64_t i = 1; i <= acknowledged; ++i) {
    const auto found = run(invoices.find(id_of(i)));
    ASSERT_TRUE(found && *found) << i;
  }
  const auto refused = run(invoices.find(id_of(acknowledged + 1)));
  ASSERT_TRUE(refused);
  EXPECT_FALSE(*refused);
  EXPECT_TRUE(run(invoices.insert(large_invoice(acknowledged + 1))));
}

TEST_F(FaultsTest, an_io_error_is_told_and_service_returns_when_it_ends) {
  auto logging = options();
  logging.log = [this](const std::string& line) { log.push_back(line); };
  const auto database = open(logging);
  SqliteInvoiceStore invoices(*database, {});
  ASSERT_TRUE(run(invoices.insert(large_invoice(1))));
  {
    // Below every page that could be written, of the log or of the file.
    const FileSizeLimit no_more(20);
    for (std::uint64_t i = 2; i <= 4; ++i) {
      const auto inserted = run(invoices.insert(large_invoice(i)));
      ASSERT_FALSE(inserted);
      EXPECT_THAT(inserted.error().code(),
                  ::testing::AnyOf(ErrorCode::outcome_unknown, ErrorCode::storage_unavailable));
    }
    const auto found = run(invoices.find(id_of(1)));
    EXPECT_TRUE(found && *found) << "reading goes on";
  }
  for (std::uint64_t i = 2; i <= 5; ++i) {
    const auto inserted = run(invoices.insert(large_invoice(i)));
    ASSERT_TRUE(inserted) << inserted.error().detail();
  }
  const auto page = run(invoices.list({}));
  ASSERT_TRUE(page);
  EXPECT_EQ(page->documents.size(), 5u);
  database->close();
  ASSERT_EQ(log.size(), 2u);
  EXPECT_THAT(log[0], ::testing::HasSubstr("cannot be written"));
  EXPECT_THAT(log[1], ::testing::HasSubstr("again"));
}

TEST_F(FaultsTest, the_sums_agree_with_the_invoices_after_failed_commits) {
  const auto database = open(options());
  SqliteInvoiceStore invoices(*database, {});
  sqlite::SqliteSalesLedger ledger(*database);
  for (std::uint64_t i = 1; i <= 30; ++i) {
    {
      const FileSizeLimit no_more(database->stats().wal_bytes + 5000 * (i % 5));
      const auto ignored = run(invoices.insert(large_invoice(i)));
    }
    ASSERT_TRUE(run(invoices.insert(large_invoice(i))));
  }
  const auto snapshot = run(ledger.snapshot(at()));
  ASSERT_TRUE(snapshot);
  const auto sums = run((*snapshot)->figures({kBeginningOfTime, kLastDate}));
  const auto slow = run((*snapshot)->figures_from_invoices({kBeginningOfTime, kLastDate}));
  ASSERT_TRUE(sums && slow);
  EXPECT_EQ(*sums, *slow);
  ASSERT_EQ(sums->totals.size(), 1u);
  EXPECT_EQ(sums->totals[0].invoices, 30);
}

TEST_F(FaultsTest, one_bad_write_does_not_take_its_neighbours_along) {
  const auto database = open(options());
  SqliteInvoiceStore invoices(*database, {});
  Invoice bad = sample_invoice(2);
  bad.amount.minor = -5;  // what the domain never lets through; the table's CHECK does not either
  std::vector<std::thread> threads;
  std::vector<std::optional<Result<InsertOutcome>>> outcomes(40);
  for (std::size_t i = 0; i < outcomes.size(); ++i) {
    threads.emplace_back([&, i] {
      auto& own = contexts.fresh();
      const Invoice invoice = i == 20 ? bad : sample_invoice(100 + i);
      outcomes[i].emplace(testing::run(own, invoices.insert(invoice)));
    });
  }
  for (auto& thread : threads) thread.join();
  for (std::size_t i = 0; i < outcomes.size(); ++i) {
    ASSERT_TRUE(outcomes[i]);
    if (i == 20) {
      ASSERT_FALSE(*outcomes[i]);
      EXPECT_EQ(outcomes[i]->error().code(), ErrorCode::internal_error);
    } else {
      EXPECT_TRUE(*outcomes[i]) << i;
    }
  }
}

TEST_F(FaultsTest, snapshots_that_failed_use_none_up) {
  const auto database = open(options());
  sqlite::SqliteSalesLedger ledger(*database);
  sqlite::Connection beside(file(), sqlite::Access::writer);
  beside.execute("CREATE TEMP TABLE kept AS SELECT * FROM state; DELETE FROM state");
  for (int i = 0; i < 40; ++i) {
    const auto failed = run(ledger.snapshot(at()));
    ASSERT_FALSE(failed);
    EXPECT_EQ(failed.error().code(), ErrorCode::internal_error) << i;
  }
  beside.execute("INSERT INTO state SELECT * FROM kept");
  const auto snapshot = run(ledger.snapshot(at()));
  EXPECT_TRUE(snapshot) << snapshot.error().detail();
}

TEST_F(FaultsTest, a_read_that_throws_gives_its_connection_back) {
  const auto database = open(options());
  sqlite::ConnectionPool pool(file(), sqlite::Access::reader, 1);
  auto throwing = [](sqlite::Connection&) -> Result<int> { throw std::runtime_error("a bug"); };
  auto good = [](sqlite::Connection&) -> Result<int> { return 7; };
  EXPECT_THROW(pool.with(throwing), std::runtime_error);
  const auto after = pool.with(good);
  EXPECT_TRUE(after) << after.error().detail();
}

TEST_F(FaultsTest, a_queue_that_is_full_says_so) {
  auto small = options();
  small.queue_rows_max = 1;
  const auto database = open(small);
  SqliteInvoiceStore invoices(*database, {});
  std::vector<Invoice> batch;
  for (std::uint64_t i = 1; i <= 500; ++i) batch.push_back(sample_invoice(i));
  std::atomic<int> overloaded{0};
  std::atomic<int> stored{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 16; ++i) {
    threads.emplace_back([&] {
      auto& own = contexts.fresh();
      for (int round = 0; round < 20; ++round) {
        const auto outcomes = testing::run(own, invoices.insert_all(batch));
        if (outcomes[0]) {
          ++stored;
        } else if (outcomes[0].error().code() == ErrorCode::overloaded) {
          ++overloaded;
        } else {
          ADD_FAILURE() << outcomes[0].error().detail();
        }
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_GT(overloaded, 0);
  EXPECT_GT(stored, 0);
}

}  // namespace
}  // namespace invoicing::testing
