#include "sqlite/database.hpp"

#include <fstream>

#include <gmock/gmock.h>

#include "async/task_scope.hpp"
#include "codec/invoice_json.hpp"
#include "sqlite/api_key_store.hpp"
#include "sqlite/connection.hpp"
#include "sqlite/schema.hpp"
#include "tests/unit/sqlite/store_fixture.hpp"

namespace invoicing::testing {
namespace {

using sqlite::Access;
using sqlite::Connection;
using sqlite::Database;
using sqlite::kSchemaVersion;
using sqlite::SqliteApiKeyStore;
using sqlite::SqliteInvoiceStore;
using ::testing::HasSubstr;

using DatabaseTest = SqliteTest;

TEST_F(DatabaseTest, the_settings_that_durability_rests_on_are_in_force) {
  open(options());
  Connection writer(file(), Access::writer);
  EXPECT_EQ(writer.read_integer("PRAGMA synchronous"), 2);
  EXPECT_EQ(writer.read_integer("PRAGMA wal_autocheckpoint"), 0);
  EXPECT_EQ(writer.read_integer("PRAGMA foreign_keys"), 1);
  EXPECT_EQ(writer.read_integer("PRAGMA secure_delete"), 0);
  EXPECT_EQ(writer.read_integer("PRAGMA user_version"), kSchemaVersion);
  EXPECT_EQ(writer.read_integer("PRAGMA application_id"), sqlite::kApplicationId);
  EXPECT_EQ(writer.read_integer("SELECT count(*) FROM pragma_journal_mode WHERE "
                                "journal_mode = 'wal'"),
            1);
  EXPECT_EQ(writer.read_integer("SELECT count(*) FROM pragma_table_list WHERE type = 'table'"
                                " AND name NOT LIKE 'sqlite_%' AND strict = 0"),
            0);
  Connection reader(file(), Access::reader);
  EXPECT_EQ(reader.read_integer("PRAGMA wal_autocheckpoint"), 0);
  EXPECT_THROW(reader.execute("DELETE FROM invoices"), sqlite::SqlError);
}

TEST_F(DatabaseTest, a_second_process_on_the_folder_is_told_so) {
  const auto first = open(options());
  const auto second = Database::open(options());
  ASSERT_FALSE(second);
  EXPECT_THAT(second.error().detail(), HasSubstr("Another process already serves"));
}

TEST_F(DatabaseTest, the_folder_is_free_again_after_the_end) {
  open(options());
  EXPECT_TRUE(Database::open(options()));
}

TEST_F(DatabaseTest, deliveries_of_schema_5_are_kept_and_can_be_dropped) {
  {
    Connection writer(file(), Access::creator);
    ASSERT_FALSE(sqlite::migrate(writer, 5));
    writer.execute("INSERT INTO deliveries VALUES ('m', 'ada@x', 2, 1, '550', NULL, 7)");
    EXPECT_THROW(writer.execute("UPDATE deliveries SET state = 3"), sqlite::SqlError);
  }
  const auto database = open(options());
  Connection writer(file(), Access::writer);
  EXPECT_EQ(writer.read_integer("SELECT count(*) FROM deliveries WHERE recipient = 'ada@x' AND"
                                " state = 2 AND last_error = '550' AND settled_at = 7"),
            1);
  writer.execute("UPDATE deliveries SET state = 3");
  EXPECT_THROW(writer.execute("UPDATE deliveries SET state = 4"), sqlite::SqlError);
}

TEST_F(DatabaseTest, a_newer_file_is_refused_and_left_alone) {
  open(options());
  {
    Connection writer(file(), Access::writer);
    writer.execute("PRAGMA user_version=99");
  }
  for (const bool read_only : {false, true}) {
    auto wanted = options();
    wanted.read_only = read_only;
    const auto opened = Database::open(wanted);
    ASSERT_FALSE(opened);
    EXPECT_THAT(opened.error().detail(), HasSubstr("newer version"));
    EXPECT_THAT(opened.error().detail(), HasSubstr("99"));
  }
  Connection reader(file(), Access::reader);
  EXPECT_EQ(reader.read_integer("PRAGMA user_version"), 99);
}

// Each version as a program of that time left it: what was in it is in it afterwards.
TEST_F(DatabaseTest, a_file_of_every_older_version_is_brought_up_to_date) {
  for (std::int64_t version = 1; version < kSchemaVersion; ++version) {
    const testing::TempFolder older;
    {
      Connection writer(older.path() / "invoices.db", Access::creator);
      ASSERT_FALSE(sqlite::migrate(writer, version));
      ASSERT_EQ(writer.read_integer("PRAGMA user_version"), version);
      writer.execute("INSERT INTO deliveries VALUES ('m', 'ada@x', 1, 2, '', NULL, 5)");
    }
    auto wanted = options();
    wanted.folder = older.path();
    wanted.read_only = true;
    const auto refused = Database::open(wanted);
    ASSERT_FALSE(refused);
    EXPECT_THAT(refused.error().detail(), HasSubstr("older version"));
    wanted.read_only = false;
    auto database = open(wanted);
    SqliteApiKeyStore keys(*database);
    EXPECT_TRUE(run(keys.all())->empty());
    database.reset();
    Connection reader(older.path() / "invoices.db", Access::reader);
    EXPECT_EQ(reader.read_integer("PRAGMA user_version"), kSchemaVersion);
    EXPECT_EQ(reader.read_integer("SELECT attempts FROM deliveries"), 2);
    EXPECT_EQ(reader.read_integer("SELECT count(*) FROM pragma_integrity_check WHERE "
                                  "integrity_check <> 'ok'"),
              0);
  }
}

TEST_F(DatabaseTest, a_file_of_somebody_else_is_refused) {
  {
    Connection writer(file(), Access::creator);
    writer.execute("CREATE TABLE songs (name TEXT)");
  }
  const auto opened = Database::open(options());
  ASSERT_FALSE(opened);
  EXPECT_THAT(opened.error().detail(), HasSubstr("no file of this service"));
}

TEST_F(DatabaseTest, a_file_that_is_no_database_is_refused) {
  std::ofstream(file()) << std::string(10'000, 'x');
  const auto opened = Database::open(options());
  ASSERT_FALSE(opened);
  EXPECT_THAT(opened.error().detail(), HasSubstr("cannot be opened"));
}

TEST_F(DatabaseTest, a_folder_that_cannot_be_is_one_clear_line) {
  std::ofstream(folder.path() / "plain") << "x";
  auto wanted = options();
  wanted.folder = folder.path() / "plain" / "data";
  const auto opened = Database::open(wanted);
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code(), ErrorCode::storage_unavailable);
  EXPECT_THAT(opened.error().detail(), HasSubstr("cannot be made"));
  wanted.folder = "/proc";
  const auto in_proc = Database::open(wanted);
  ASSERT_FALSE(in_proc);
  EXPECT_THAT(in_proc.error().detail(), HasSubstr("cannot be written"));
}

TEST_F(DatabaseTest, reading_beside_a_writer_sees_what_it_wrote_and_writes_nothing) {
  auto reading = options();
  reading.read_only = true;
  EXPECT_FALSE(Database::open(reading)) << "there is no file yet";

  const auto serving = open(options());
  SqliteInvoiceStore invoices(*serving, {});
  ASSERT_TRUE(run(invoices.insert(sample_invoice(1))));
  const auto beside = open(reading);
  SqliteInvoiceStore view(*beside, {});
  ASSERT_TRUE(run(invoices.insert(sample_invoice(2))));
  const auto page = run(view.list({}));
  ASSERT_TRUE(page);
  EXPECT_EQ(page->documents.size(), 2u);
  const auto found = run(view.find(id_of(2)));
  EXPECT_TRUE(found && *found);
  const auto written = run(view.insert(sample_invoice(3)));
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().code(), ErrorCode::storage_unavailable);
  const auto batch = std::vector<Invoice>{sample_invoice(3)};
  const auto outcomes = run(view.insert_all(batch));
  ASSERT_EQ(outcomes.size(), 1u);
  EXPECT_FALSE(outcomes[0]);
}

TEST_F(DatabaseTest, an_orderly_end_leaves_no_log_to_recover) {
  {
    const auto database = open(options());
    SqliteInvoiceStore invoices(*database, {});
    ASSERT_TRUE(run(invoices.insert(sample_invoice(1))));
    ASSERT_TRUE(run(invoices.find(id_of(1))));
    ASSERT_TRUE(run(invoices.list({})));
    EXPECT_GT(database->stats().wal_bytes, 0u);
    database->close();
    EXPECT_EQ(database->stats().wal_bytes, 0u);
  }
  EXPECT_FALSE(std::filesystem::exists(file().string() + "-wal"));
  EXPECT_FALSE(std::filesystem::exists(file().string() + "-shm"));
}

TEST_F(DatabaseTest, after_close_calls_answer_instead_of_hanging) {
  const auto database = open(options());
  SqliteInvoiceStore invoices(*database, {});
  database->close();
  database->close();
  const auto written = run(invoices.insert(sample_invoice(1)));
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().code(), ErrorCode::shutting_down);
  const auto listed = run(invoices.list({}));
  ASSERT_FALSE(listed);
  EXPECT_EQ(listed.error().code(), ErrorCode::shutting_down);
}

TEST_F(DatabaseTest, the_figures_of_the_writer_count_its_work) {
  const auto database = open(options());
  SqliteInvoiceStore invoices(*database, {});
  for (std::uint64_t i = 1; i <= 5; ++i) ASSERT_TRUE(run(invoices.insert(sample_invoice(i))));
  const auto stats = database->stats();
  EXPECT_EQ(stats.writes, 5u);
  EXPECT_EQ(stats.commits, 5u);
  EXPECT_EQ(stats.failed_commits, 0u);
  EXPECT_EQ(stats.writes_queued, 0u);
  EXPECT_GT(stats.database_bytes, 0u);
}

TEST_F(DatabaseTest, no_commit_has_more_rows_than_it_may) {
  auto wanted = options();
  wanted.commit_rows_max = 1;
  const auto database = open(wanted);
  SqliteInvoiceStore invoices(*database, {});
  constexpr std::uint64_t kTogether = 50;
  std::size_t stored = 0;
  const auto insert = [&](std::uint64_t number) -> Task<void> {
    const auto outcome = co_await invoices.insert(sample_invoice(number));
    if (outcome) ++stored;
  };
  TaskScope tasks(io.get_executor());
  for (std::uint64_t i = 1; i <= kTogether; ++i) tasks.spawn(insert(i));
  io.run();
  EXPECT_EQ(stored, kTogether);
  EXPECT_EQ(database->stats().writes, kTogether);
  EXPECT_EQ(database->stats().commits, kTogether);
}

}  // namespace
}  // namespace invoicing::testing
