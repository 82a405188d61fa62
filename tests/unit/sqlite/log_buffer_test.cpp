// The layer that gathers what a commit writes into the log: the file must read the same with it as
// without, at every moment at which somebody may look.
#include <string>

#include <gtest/gtest.h>

#include "sqlite/connection.hpp"
#include "tests/support/temp_folder.hpp"

namespace invoicing::sqlite {
namespace {

class LogBuffer : public ::testing::Test {
 protected:
  LogBuffer() {
    Connection(file, Access::creator).execute("CREATE TABLE t (i INTEGER PRIMARY KEY, words TEXT)");
  }

  /// Rows of a page each: `count` of them are a commit of as many frames.
  static void insert(Connection& writer, int first, int count) {
    for (int i = first; i < first + count; ++i) {
      writer.prepared("INSERT INTO t VALUES (?1, ?2)")
          .execute(std::int64_t{i}, std::string(4000, static_cast<char>('a' + i % 26)));
    }
  }

  /// As another process sees it, without the layer.
  std::int64_t rows_outside() const {
    Connection outside(file, Access::read_only);
    EXPECT_EQ(outside.read_integer("SELECT count(*) FROM pragma_integrity_check WHERE "
                                   "integrity_check <> 'ok'"),
              0);
    return outside.read_integer("SELECT count(*) FROM t WHERE length(words) = 4000");
  }

  const testing::TempFolder folder;
  const std::filesystem::path file = folder.path() / "test.db";
};

TEST_F(LogBuffer, ShowsACommitToOthersOnceItIsOneAndNotBefore) {
  Connection writer(file, Access::writer);
  // Fewer frames than the buffer holds, exactly about as many, and several times as many.
  int rows = 0;
  for (const int count : {1, 30, 31, 32, 200}) {
    {
      Transaction transaction(writer, "BEGIN IMMEDIATE");
      insert(writer, rows, count);
      EXPECT_EQ(rows_outside(), rows);
      transaction.commit();
    }
    rows += count;
    EXPECT_EQ(rows_outside(), rows);
  }
}

TEST_F(LogBuffer, ReadsBackWhatATransactionTooLargeForTheCacheHasSpilled) {
  Connection writer(file, Access::writer);
  writer.execute("PRAGMA cache_size=10");
  Transaction transaction(writer, "BEGIN IMMEDIATE");
  insert(writer, 0, 300);
  EXPECT_EQ(writer.read_integer("SELECT count(*) FROM t WHERE length(words) = 4000"), 300);
  EXPECT_EQ(rows_outside(), 0);
  transaction.commit();
  EXPECT_EQ(rows_outside(), 300);
}

TEST_F(LogBuffer, LeavesNothingOfARollback) {
  Connection writer(file, Access::writer);
  writer.execute("PRAGMA cache_size=10");
  {
    const Transaction transaction(writer, "BEGIN IMMEDIATE");
    insert(writer, 0, 100);
  }
  EXPECT_EQ(rows_outside(), 0);
  Transaction transaction(writer, "BEGIN IMMEDIATE");
  insert(writer, 0, 3);
  transaction.commit();
  EXPECT_EQ(rows_outside(), 3);
}

TEST_F(LogBuffer, IsFoldedIntoTheFile) {
  Connection writer(file, Access::writer);
  insert(writer, 0, 100);
  writer.execute("PRAGMA wal_checkpoint(TRUNCATE)");
  EXPECT_EQ(std::filesystem::file_size(file.string() + "-wal"), 0U);
  EXPECT_EQ(rows_outside(), 100);
  insert(writer, 100, 1);
  EXPECT_EQ(rows_outside(), 101);
}

}  // namespace
}  // namespace invoicing::sqlite
