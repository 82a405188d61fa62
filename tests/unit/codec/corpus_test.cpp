// Replays the corpora of the fuzzers, so that what one found once stays found.

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include <gtest/gtest.h>

#include "tests/fuzz/csv_exercise.hpp"
#include "tests/fuzz/cursor_exercise.hpp"
#include "tests/fuzz/date_exercise.hpp"
#include "tests/fuzz/money_exercise.hpp"

namespace invoicing::fuzz {
namespace {

struct Corpus {
  const char* folder;
  void (*exercise)(std::string_view);
};

class CorpusReplay : public testing::TestWithParam<Corpus> {};

TEST_P(CorpusReplay, BreaksNoPromise) {
  const auto folder =
      std::filesystem::path(INVOICING_SOURCE_DIR) / "tests/fuzz/corpus" / GetParam().folder;
  int files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    std::ifstream file(entry.path(), std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(file), {}};
    SCOPED_TRACE(entry.path().filename().string());
    GetParam().exercise(bytes);
    ++files;
  }
  EXPECT_GT(files, 3);
}

INSTANTIATE_TEST_SUITE_P(All, CorpusReplay,
                         testing::Values(Corpus{"json", exercise_json},
                                         Corpus{"cursor", exercise_cursor},
                                         Corpus{"date", exercise_date},
                                         Corpus{"money", exercise_money},
                                         Corpus{"csv", exercise_csv}),
                         [](const auto& info) { return std::string(info.param.folder); });

}  // namespace
}  // namespace invoicing::fuzz
