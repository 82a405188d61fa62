#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

#include <gtest/gtest.h>

#include "tests/fuzz/http_exercise.hpp"

namespace invoicing::http {
namespace {

TEST(FuzzCorpus, BreaksNoPromise) {
  std::size_t files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(HTTP_FUZZ_CORPUS)) {
    std::ifstream in(entry.path(), std::ios::binary);
    std::vector<std::uint8_t> bytes{std::istreambuf_iterator<char>(in), {}};
    ASSERT_FALSE(bytes.empty()) << entry.path();
    SCOPED_TRACE(entry.path().string());
    // Every split, not only the one that the file's first byte names.
    for (unsigned step = 0; step < 256; ++step) {
      bytes[0] = static_cast<std::uint8_t>(step);
      fuzz::exercise_http(bytes);
    }
    ++files;
  }
  EXPECT_GE(files, 10U);
}

}  // namespace
}  // namespace invoicing::http
