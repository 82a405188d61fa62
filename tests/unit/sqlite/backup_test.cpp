#include <atomic>
#include <fstream>
#include <thread>

#include <gmock/gmock.h>

#include "sqlite/connection.hpp"
#include "tests/unit/sqlite/store_fixture.hpp"

namespace invoicing::testing {
namespace {

using sqlite::Access;
using sqlite::Connection;
using sqlite::SqliteInvoiceStore;

using BackupTest = SqliteTest;

TEST_F(BackupTest, a_copy_made_while_writing_has_all_that_was_acknowledged_before) {
  TempFolder elsewhere;
  const auto copy = elsewhere.path() / "copy.db";
  const auto database = open(options());
  SqliteInvoiceStore invoices(*database, {});
  std::atomic<std::uint64_t> acknowledged{0};
  std::atomic<bool> stop{false};
  std::thread writing([&] {
    auto& own = contexts.fresh();
    for (std::uint64_t i = 1; !stop; ++i) {
      if (!testing::run(own, invoices.insert(sample_invoice(i)))) return;
      acknowledged = i;
    }
  });
  while (acknowledged < 50) std::this_thread::yield();
  const std::uint64_t before = acknowledged;
  const auto made = database->backup(copy);
  const std::uint64_t after = acknowledged;
  stop = true;
  writing.join();
  ASSERT_TRUE(made) << made.error().detail();

  Connection reader(copy, Access::read_only);
  const auto rows = reader.read_integer("SELECT count(*) FROM invoices");
  EXPECT_GE(rows, static_cast<std::int64_t>(before));
  EXPECT_LE(rows, static_cast<std::int64_t>(after) + 1);
  EXPECT_EQ(reader.read_integer("SELECT count(*) FROM pragma_integrity_check WHERE "
                                "integrity_check <> 'ok'"),
            0);
  EXPECT_EQ(reader.read_integer("SELECT max(seq) FROM invoices"), rows);
  for (const auto& entry : std::filesystem::directory_iterator(elsewhere.path())) {
    EXPECT_THAT(entry.path().filename().string(),
                ::testing::AnyOf("copy.db", "copy.db-shm", "copy.db-wal"));
  }
}

TEST_F(BackupTest, the_way_back_serves_what_the_copy_has) {
  TempFolder elsewhere;
  const auto copy = elsewhere.path() / "invoices.db";
  {
    const auto database = open(options());
    SqliteInvoiceStore invoices(*database, {});
    ASSERT_TRUE(run(invoices.insert(sample_invoice(1))));
    ASSERT_TRUE(database->backup(copy));
    ASSERT_TRUE(run(invoices.insert(sample_invoice(2))));
  }
  auto restored = options();
  restored.folder = elsewhere.path();
  const auto database = open(restored);
  SqliteInvoiceStore invoices(*database, {});
  const auto replayed = run(invoices.insert(sample_invoice(1)));
  ASSERT_TRUE(replayed);
  EXPECT_EQ(replayed->result, InsertResult::replayed);
  const auto fresh = run(invoices.insert(sample_invoice(2)));
  ASSERT_TRUE(fresh);
  EXPECT_EQ(fresh->result, InsertResult::created);
}

TEST_F(BackupTest, it_overwrites_nothing_and_needs_a_folder) {
  const auto database = open(options());
  const auto taken = folder.path() / "taken";
  std::ofstream(taken) << "mine";
  const auto over = database->backup(taken);
  ASSERT_FALSE(over);
  EXPECT_EQ(over.error().code(), ErrorCode::validation_failed);
  std::string content;
  std::ifstream(taken) >> content;
  EXPECT_EQ(content, "mine");
  const auto nowhere = database->backup(folder.path() / "no" / "such" / "copy");
  ASSERT_FALSE(nowhere);
  EXPECT_EQ(nowhere.error().code(), ErrorCode::validation_failed);
}

TEST_F(BackupTest, a_damaged_store_gives_no_copy) {
  {
    const auto database = open(options());
    SqliteInvoiceStore invoices(*database, {});
    ASSERT_TRUE(run(invoices.insert(sample_invoice(1))));
  }
  {
    Connection writer(file(), Access::writer);
    writer.execute("PRAGMA foreign_keys=OFF");
    writer.execute("INSERT INTO items VALUES (4711, 0, 'A', 1)");
  }
  const auto database = open(options());
  const auto copy = folder.path() / "copy.db";
  const auto made = database->backup(copy);
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().code(), ErrorCode::stored_data_invalid);
  EXPECT_THAT(made.error().detail(), ::testing::HasSubstr("items"));
  EXPECT_FALSE(std::filesystem::exists(copy));
  EXPECT_FALSE(std::filesystem::exists(copy.string() + ".partial"));
}

}  // namespace
}  // namespace invoicing::testing
