#include "ops/gathered_lines.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <stdexcept>
#include <string>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

namespace invoicing::ops {
namespace {

/// A pipe whose reader looks when it is told to.
class Pipe {
 public:
  Pipe() {
    if (pipe2(ends_.data(), O_CLOEXEC) != 0) throw std::runtime_error("pipe");
    fcntl(ends_[0], F_SETFL, O_NONBLOCK);
  }
  ~Pipe() {
    close(ends_[0]);
    close(ends_[1]);
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;

  LineTarget in() const { return LineTarget(ends_[1]); }
  std::string read_all() const {
    std::string all;
    std::array<char, 4096> piece{};
    for (ssize_t bytes = 0; (bytes = read(ends_[0], piece.data(), piece.size())) > 0;) {
      all.append(piece.data(), static_cast<std::size_t>(bytes));
    }
    return all;
  }

 private:
  std::array<int, 2> ends_{};
};

std::string line(int number) {
  return std::to_string(number) + " " + std::string(200, 'x');
}

TEST(GatheredLines, ArriveTogetherAndInOrder) {
  const Pipe pipe;
  GatheredLines lines;
  lines.add("one");
  lines.add("two");
  EXPECT_EQ(pipe.read_all(), "");
  lines.hand_over(pipe.in());
  EXPECT_EQ(pipe.read_all(), "one\ntwo\n");
  lines.hand_over(pipe.in());
  EXPECT_EQ(pipe.read_all(), "");
}

TEST(GatheredLines, WaitForAReaderThatIsSlowWithoutWaitingThemselves) {
  const Pipe pipe;
  GatheredLines lines;
  const std::uint64_t dropped_before = GatheredLines::dropped();
  // Twice what a pipe takes.
  std::string expected;
  for (int i = 0; expected.size() < 128 * 1024; ++i) {
    lines.add(line(i));
    expected += line(i) + '\n';
    if (i % 10 == 0) lines.hand_over(pipe.in());
  }
  std::string seen;
  while (seen.size() < expected.size()) {
    const std::string piece = pipe.read_all();
    ASSERT_TRUE(piece.ends_with('\n')) << "only whole lines go out";
    seen += piece;
    lines.hand_over(pipe.in());
  }
  EXPECT_EQ(seen, expected);
  EXPECT_EQ(GatheredLines::dropped(), dropped_before);
}

TEST(GatheredLines, AreDroppedAndCountedWhereNobodyReads) {
  const Pipe pipe;
  GatheredLines lines;
  const std::uint64_t dropped_before = GatheredLines::dropped();
  constexpr int kLines = 10'000;
  for (int i = 0; i < kLines; ++i) {
    lines.add(line(i));
    lines.hand_over(pipe.in());
  }
  const std::uint64_t dropped = GatheredLines::dropped() - dropped_before;
  EXPECT_GT(dropped, 5'000U);
  std::string seen;
  for (std::string piece; !(piece = pipe.read_all()).empty();) {
    seen += piece;
    lines.hand_over(pipe.in());
  }
  const auto arrived = std::count(seen.begin(), seen.end(), '\n');
  EXPECT_EQ(static_cast<std::uint64_t>(arrived) + dropped, std::uint64_t{kLines});
  EXPECT_TRUE(seen.starts_with(line(0) + '\n'));
}

TEST(GatheredLines, AreDroppedWhereNothingCanBeWritten) {
  GatheredLines lines;
  const std::uint64_t dropped_before = GatheredLines::dropped();
  const int full = open("/dev/full", O_WRONLY | O_CLOEXEC);
  ASSERT_GE(full, 0);
  lines.add("one");
  lines.add("two");
  lines.hand_over(LineTarget(full));
  close(full);
  EXPECT_EQ(GatheredLines::dropped() - dropped_before, 2U);
}

TEST(GatheredLines, GoIntoAFileAtOnceHoweverManyThereAre) {
  std::string name = testing::TempDir() + "/linesXXXXXX";
  const int file = mkstemp(name.data());
  ASSERT_GE(file, 0);
  GatheredLines lines;
  for (int i = 0; i < 1'000; ++i) lines.add(line(i));
  lines.hand_over(LineTarget(file));
  EXPECT_EQ(lseek(file, 0, SEEK_END), static_cast<off_t>([] {
              std::size_t all = 0;
              for (int i = 0; i < 1'000; ++i) all += line(i).size() + 1;
              return all;
            }()));
  close(file);
  unlink(name.c_str());
}

}  // namespace
}  // namespace invoicing::ops
