// Point reads share a read transaction while a thread is busy, and must neither show what is old
// nor hold up the log.
#include "sqlite/point_readers.hpp"

#include <gtest/gtest.h>

#include "tests/support/temp_folder.hpp"

namespace invoicing::sqlite {
namespace {

class PointReadersTest : public ::testing::Test {
 protected:
  PointReadersTest() { writer.execute("CREATE TABLE t (i INTEGER PRIMARY KEY)"); }

  void commit() {
    writer.prepared("INSERT INTO t DEFAULT VALUES").execute();
    ++commits;
  }

  std::int64_t rows_seen() {
    Connection* const mine = readers.mine(commits, io.get_executor());
    return mine == nullptr ? -1 : mine->read_integer("SELECT count(*) FROM t");
  }

  bool log_can_be_emptied() { return writer.read_integer("PRAGMA wal_checkpoint(TRUNCATE)") == 0; }

  const testing::TempFolder folder;
  const std::filesystem::path file = folder.path() / "test.db";
  boost::asio::io_context io{1};
  Connection writer{file, Access::creator};
  PointReaders readers{file, Access::reader};
  std::uint64_t commits = 0;
};

TEST_F(PointReadersTest, EveryCommitIsSeenByTheNextRead) {
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(rows_seen(), i);
    EXPECT_EQ(rows_seen(), i);
    commit();
  }
}

TEST_F(PointReadersTest, AReadInTheSameGoUsesTheSameTransaction) {
  Connection* const first = readers.mine(commits, io.get_executor());
  ASSERT_NE(first, nullptr);
  EXPECT_TRUE(first->in_transaction());
  EXPECT_EQ(readers.mine(commits, io.get_executor()), first);
}

TEST_F(PointReadersTest, TheTransactionEndsWithWhatTheThreadHadToDo) {
  commit();
  EXPECT_EQ(rows_seen(), 1);
  commit();
  writer.execute("PRAGMA busy_timeout=0");
  EXPECT_FALSE(log_can_be_emptied());
  io.run();
  EXPECT_TRUE(log_can_be_emptied());
  io.restart();
  EXPECT_EQ(rows_seen(), 2);
  io.run();
  EXPECT_TRUE(log_can_be_emptied());
}

TEST_F(PointReadersTest, AForgottenConnectionIsReplaced) {
  EXPECT_EQ(rows_seen(), 0);
  readers.forget_mine();
  commit();
  EXPECT_EQ(rows_seen(), 1);
  io.run();
  EXPECT_EQ(rows_seen(), 1);
}

}  // namespace
}  // namespace invoicing::sqlite
