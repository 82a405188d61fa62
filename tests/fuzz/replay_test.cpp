// Feeds every committed input, those of the corpora and those that once broke something, to what
// the fuzzers run.

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include <gtest/gtest.h>

#include "tests/fuzz/amqp_exercise.hpp"
#include "tests/fuzz/bson_exercise.hpp"
#include "tests/fuzz/config_exercise.hpp"
#include "tests/fuzz/csv_exercise.hpp"
#include "tests/fuzz/cursor_exercise.hpp"
#include "tests/fuzz/date_exercise.hpp"
#include "tests/fuzz/http_exercise.hpp"
#include "tests/fuzz/import_exercise.hpp"
#include "tests/fuzz/json_exercise.hpp"
#include "tests/fuzz/mail_exercise.hpp"
#include "tests/fuzz/money_exercise.hpp"
#include "tests/fuzz/query_exercise.hpp"
#include "tests/fuzz/report_exercise.hpp"
#include "tests/fuzz/token_exercise.hpp"

namespace invoicing::fuzz {
namespace {

namespace fs = std::filesystem;

struct Target {
  const char* name;
  void (*exercise)(std::string_view);
};

void exercise_http_bytes(std::string_view bytes) {
  http::fuzz::exercise_http({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()});
}

constexpr Target kTargets[] = {
    {"http", exercise_http_bytes}, {"json", exercise_json},   {"cursor", exercise_cursor},
    {"date", exercise_date},       {"money", exercise_money}, {"csv", exercise_csv},
    {"report", exercise_report},   {"query", exercise_query}, {"import", exercise_import},
    {"config", exercise_config},   {"mail", exercise_mail},   {"token", exercise_token},
    {"bson", exercise_bson},       {"amqp", exercise_amqp},
};

class FuzzReplay : public ::testing::TestWithParam<Target> {};

int replay(const fs::path& folder, void (*exercise)(std::string_view)) {
  if (!fs::exists(folder)) return 0;
  int files = 0;
  for (const auto& entry : fs::directory_iterator(folder)) {
    std::ifstream file(entry.path(), std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(file), {}};
    // A broken promise aborts, and then nobody prints traces.
    std::fprintf(stderr, "%s\n", entry.path().c_str());
    exercise(bytes);
    ++files;
  }
  return files;
}

TEST_P(FuzzReplay, BreaksNoPromise) {
  const fs::path root(FUZZ_FOLDER);
  const auto& [name, exercise] = GetParam();
  EXPECT_GT(replay(root / "corpus" / name, exercise), 3);
  replay(root / "findings" / name, exercise);
}

INSTANTIATE_TEST_SUITE_P(All, FuzzReplay, ::testing::ValuesIn(kTargets),
                         [](const auto& info) { return std::string(info.param.name); });

TEST(FuzzFolders, EachBelongsToATarget) {
  for (const char* kind : {"corpus", "findings"}) {
    const fs::path inputs = fs::path(FUZZ_FOLDER) / kind;
    if (!fs::exists(inputs)) continue;
    for (const auto& folder : fs::directory_iterator(inputs)) {
      const std::string name = folder.path().filename().string();
      EXPECT_TRUE(std::any_of(std::begin(kTargets), std::end(kTargets),
                              [&](const Target& target) { return name == target.name; }))
          << folder.path() << " belongs to no target";
    }
  }
}

}  // namespace
}  // namespace invoicing::fuzz
