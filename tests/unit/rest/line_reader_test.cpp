#include "rest/line_reader.hpp"

#include <chrono>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <gtest/gtest.h>

namespace invoicing::rest {
namespace {

// A body that arrives in the given pieces.
class Pieces final : public http::BodyReader {
 public:
  explicit Pieces(std::vector<std::string> pieces) : pieces_(std::move(pieces)) {}

  Task<Result<std::string>> read_all() override { co_return std::string(); }
  Task<Result<std::string_view>> read_some() override {
    if (next_ == pieces_.size()) co_return std::string_view();
    co_return std::string_view(pieces_[next_++]);
  }

 private:
  std::vector<std::string> pieces_;
  std::size_t next_ = 0;
};

std::vector<Line> lines_of(std::vector<std::string> pieces, std::size_t line_max = 20,
                           std::size_t at_once = 2) {
  Pieces body(std::move(pieces));
  std::vector<Line> all;
  boost::asio::io_context context;
  boost::asio::co_spawn(
      context.get_executor(),
      [&]() -> Task<void> {
        LineReader reader(body, line_max);
        while (!reader.ended()) {
          const auto lines = co_await reader.next(at_once);
          EXPECT_TRUE(lines);
          EXPECT_LE(lines->size(), at_once);
          all.insert(all.end(), lines->begin(), lines->end());
        }
      },
      boost::asio::detached);
  context.run();
  return all;
}

std::string show(const std::vector<Line>& lines) {
  std::string text;
  for (const Line& line : lines) {
    text += std::to_string(line.number) + ":" + (line.too_long ? "(long)" : line.text) + ";";
  }
  return text;
}

TEST(LineReader, CutsLinesAndCountsBlankOnes) {
  EXPECT_EQ(show(lines_of({"a\nb\r\n\n  \nc"})), "1:a;2:b;5:c;");
  EXPECT_EQ(show(lines_of({"a\nb\n"})), "1:a;2:b;");
  EXPECT_EQ(show(lines_of({})), "");
  EXPECT_EQ(show(lines_of({"\n\n"})), "");
}

TEST(LineReader, SkipsALineThatIsTooLongAndGoesOn) {
  const std::string longer(21, 'x');
  const std::string fits(20, 'y');
  EXPECT_EQ(show(lines_of({longer + "\n" + fits + "\nz"})), "1:(long);2:" + fits + ";3:z;");
  EXPECT_EQ(show(lines_of({longer, longer, "\nz\n"})), "1:(long);2:z;");
  EXPECT_EQ(show(lines_of({longer})), "1:(long);");
}

// Half a megabyte a byte at a time takes a second at most; searched from its start each time, more
// than half a minute, in which the I/O thread serves nobody else.
TEST(LineReader, SearchesALineThatComesByteByByteOnce) {
  const std::string line(512 * 1024, 'x');
  std::vector<std::string> pieces(line.size(), "x");
  pieces.push_back("\n");
  const auto start = std::chrono::steady_clock::now();
  const std::vector<Line> lines = lines_of(std::move(pieces), line.size());
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(10));
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_EQ(lines.front().text, line);
}

TEST(LineReader, DoesNotCareHowTheBodyIsCut) {
  const std::string body = "first\n\nsecond line\r\n" + std::string(50, 'x') + "\nlast";
  const std::string expected = show(lines_of({body}));
  const auto seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  for (int round = 0; round < 500; ++round) {
    std::vector<std::string> pieces;
    for (std::size_t at = 0; at < body.size();) {
      const std::size_t length = 1 + random() % 30;
      pieces.push_back(body.substr(at, length));
      at += length;
    }
    EXPECT_EQ(show(lines_of(pieces, 20, 1 + random() % 3)), expected);
  }
}

}  // namespace
}  // namespace invoicing::rest
