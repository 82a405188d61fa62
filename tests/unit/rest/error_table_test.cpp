#include "rest/error_table.hpp"

#include <fstream>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace invoicing::rest {
namespace {

// The rows of the page, in its order: | `code` | status | title | what to do |
std::vector<std::vector<std::string>> rows_of_the_page() {
  std::ifstream page(ERRORS_PAGE);
  std::vector<std::vector<std::string>> rows;
  for (std::string line; std::getline(page, line);) {
    if (!line.starts_with("| `")) continue;
    std::vector<std::string> cells;
    std::size_t start = 2;
    for (auto end = line.find(" |", start); end != std::string::npos;
         end = line.find(" |", start)) {
      cells.push_back(line.substr(start, end - start));
      start = end + 3;
    }
    rows.push_back(cells);
  }
  return rows;
}

TEST(ErrorTable, IsThePageOfTheReference) {
  const auto page = rows_of_the_page();
  ASSERT_EQ(page.size(), error_table().size());
  for (std::size_t i = 0; i < page.size(); ++i) {
    const ErrorRow& row = error_table()[i];
    ASSERT_EQ(page[i].size(), 4U) << page[i].front();
    EXPECT_EQ(page[i][0], "`" + std::string(row.slug) + "`");
    EXPECT_EQ(page[i][1], std::to_string(row.status)) << row.slug;
    EXPECT_EQ(page[i][2], row.title) << row.slug;
    EXPECT_EQ(page[i][3], row.cure) << row.slug;
  }
}

TEST(ErrorTable, NamesEachCodeOnce) {
  std::set<std::string_view> slugs;
  std::set<ErrorCode> codes;
  for (const ErrorRow& row : error_table()) {
    EXPECT_TRUE(slugs.insert(row.slug).second) << row.slug;
    EXPECT_TRUE(codes.insert(row.code).second) << row.slug;
  }
}

TEST(ErrorTable, AnswersInternalErrorForWhatClientsNeverSee) {
  EXPECT_EQ(error_row(ErrorCode::number_taken).status, 500U);
  EXPECT_EQ(error_row(ErrorCode::stored_data_invalid).slug, "internal_error");
}

TEST(ErrorTable, TellsWhenToRetryWhatTheSurroundingsCaused) {
  for (const ErrorRow& row : error_table()) {
    const bool surroundings = row.status == 503 || row.status == 507;
    EXPECT_EQ(row.retry_after_seconds > 0, surroundings) << row.slug;
  }
}

}  // namespace
}  // namespace invoicing::rest
