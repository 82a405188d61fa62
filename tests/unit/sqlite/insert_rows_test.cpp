// Rows are written many at a time: each once, whatever their number.
#include "sqlite/insert_rows.hpp"

#include <vector>

#include <gtest/gtest.h>

#include "tests/support/temp_folder.hpp"

namespace invoicing::sqlite {
namespace {

class InsertRowsTest : public ::testing::TestWithParam<std::int64_t> {
 protected:
  InsertRowsTest() { writer.execute("CREATE TABLE t (k INTEGER PRIMARY KEY, n INTEGER) STRICT"); }

  static std::vector<Value> rows(std::int64_t count, std::int64_t n) {
    std::vector<Value> values;
    for (std::int64_t k = 0; k < count; ++k) values.insert(values.end(), {k, n});
    return values;
  }

  std::int64_t rows_with(std::int64_t n) {
    return writer.read_integer("SELECT count(*) FROM t WHERE n = " + std::to_string(n));
  }

  const testing::TempFolder folder;
  Connection writer{folder.path() / "test.db", Access::creator};
  const InsertRows insert{"INSERT INTO t VALUES", 2,
                          " ON CONFLICT (k) DO UPDATE SET n = n + excluded.n"};
};

TEST_P(InsertRowsTest, each_row_is_written_once) {
  insert.execute(writer, rows(GetParam(), 1));
  EXPECT_EQ(rows_with(1), GetParam());
  EXPECT_EQ(writer.read_integer("SELECT count(*) FROM t"), GetParam());
}

TEST_P(InsertRowsTest, what_follows_the_rows_sees_the_values_of_each) {
  insert.execute(writer, rows(GetParam(), 1));
  insert.execute(writer, rows(GetParam() + 1, 6));
  EXPECT_EQ(rows_with(7), GetParam());
  EXPECT_EQ(rows_with(6), 1);
}

INSTANTIATE_TEST_SUITE_P(Counts, InsertRowsTest, ::testing::Values(0, 1, 3, 4, 5, 15, 16, 17, 47));

TEST_F(InsertRowsTest, a_row_that_the_table_refuses_throws) {
  auto values = rows(20, 1);
  values[11] = std::string_view("no number");
  EXPECT_THROW(insert.execute(writer, values), SqlError);
}

}  // namespace
}  // namespace invoicing::sqlite
