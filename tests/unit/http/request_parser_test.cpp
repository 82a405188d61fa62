#include "http/request_parser.hpp"

#include <string>

#include <gtest/gtest.h>

namespace invoicing::http {
namespace {

class RequestParserTest : public testing::Test {
 protected:
  RequestParser::Head::State find(const std::string& input) {
    found_ = parser_.find_head(input);
    return found_.state;
  }

  ServerOptions options_;
  RequestParser parser_{options_};
  RequestParser::Head found_;
  Request request_;
};

using State = RequestParser::Head::State;

TEST_F(RequestParserTest, FillsTheRequestWithViews) {
  const std::string head =
      "GET /a/b?c=d&e HTTP/1.1\r\nHost: x\r\nAccept: text/csv\r\nX: 1\r\nx: 2\r\n\r\n";
  ASSERT_EQ(find(head + "rest"), State::complete);
  EXPECT_EQ(found_.length, head.size());
  ASSERT_FALSE(parser_.parse_head(head, request_));
  EXPECT_EQ(request_.method, Method::get);
  EXPECT_EQ(request_.target, "/a/b?c=d&e");
  EXPECT_EQ(request_.path, "/a/b");
  EXPECT_EQ(request_.query, "c=d&e");
  EXPECT_EQ(request_.header("ACCEPT"), "text/csv");
  EXPECT_EQ(request_.header("x"), "1");
  EXPECT_EQ(request_.header_values("X"), (std::vector<std::string_view>{"1", "2"}));
  EXPECT_EQ(request_.header("missing"), std::nullopt);
  EXPECT_TRUE(request_.target.data() > head.data() &&
              request_.target.data() < head.data() + head.size());
  EXPECT_TRUE(parser_.keeps_alive());
  EXPECT_TRUE(parser_.body_ended());
}

TEST_F(RequestParserTest, FindsTheHeadWhereverItsBytesAreSplit) {
  const std::string head = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";
  for (std::size_t i = 0; i < head.size(); ++i) {
    RequestParser parser(options_);
    EXPECT_EQ(parser.find_head(head.substr(0, i)).state, State::incomplete) << i;
    EXPECT_EQ(parser.find_head(head).state, State::complete) << i;
  }
}

TEST_F(RequestParserTest, RefusesAsSoonAsItSees) {
  EXPECT_EQ(find("GET / HTTP/1.1\n"), State::faulty);
  RequestParser other(options_);
  EXPECT_EQ(other.find_head("\x16").state, State::faulty);
}

TEST_F(RequestParserTest, TellsAlongTargetFromALongHead) {
  EXPECT_EQ(find("GET /" + std::string(options_.target_bytes_max + 100, 'a')), State::faulty);
  EXPECT_EQ(found_.fault.status, 414U);
  RequestParser other(options_);
  const auto head =
      other.find_head("GET / HTTP/1.1\r\nA: " + std::string(options_.head_bytes_max, 'a'));
  EXPECT_EQ(head.state, State::faulty);
  EXPECT_EQ(head.fault.status, 431U);
}

TEST_F(RequestParserTest, KnowsWhetherTheConnectionIsKept) {
  const auto keeps_alive = [&](const std::string& version, const std::string& connection) {
    const std::string field = connection.empty() ? "" : "Connection: " + connection + "\r\n";
    const std::string head = "GET / HTTP/" + version + "\r\nHost: x\r\n" + field + "\r\n";
    EXPECT_FALSE(parser_.parse_head(head, request_));
    return parser_.keeps_alive();
  };
  EXPECT_TRUE(keeps_alive("1.1", ""));
  EXPECT_FALSE(keeps_alive("1.1", "close"));
  EXPECT_FALSE(keeps_alive("1.1", "x, Close"));
  EXPECT_FALSE(keeps_alive("1.0", ""));
  EXPECT_TRUE(keeps_alive("1.0", "Keep-Alive"));
}

// Decodes `body` in steps: `first` bytes, then the rest byte by byte.
std::string decode(RequestParser& parser, const std::string& body, std::size_t first) {
  std::string decoded;
  std::size_t begin = 0;
  for (std::size_t end = first; end <= body.size();) {
    const auto piece = parser.decode_body(std::string_view(body).substr(begin, end - begin));
    begin += piece.consumed;
    decoded += piece.data;
    switch (piece.state) {
      case RequestParser::Piece::State::data:
        continue;
      case RequestParser::Piece::State::end:
        return decoded + "|" + body.substr(begin);
      case RequestParser::Piece::State::faulty:
        return "faulty";
      case RequestParser::Piece::State::need_more:
        ++end;
    }
  }
  return decoded + "...";
}

TEST_F(RequestParserTest, DecodesChunksWhereverTheirBytesAreSplit) {
  const std::string head = "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";
  for (const std::string body :
       {"5;x=y\r\nhello\r\n6\r\n world\r\n0\r\nA: b\r\n\r\n", "0\r\n\r\n"}) {
    for (std::size_t i = 0; i <= body.size(); ++i) {
      ASSERT_FALSE(parser_.parse_head(head, request_));
      const std::string decoded = decode(parser_, body + "NEXT", i);
      EXPECT_EQ(decoded, body.size() > 5 ? "hello world|NEXT" : "|NEXT") << i;
    }
  }
}

TEST_F(RequestParserTest, LeavesWhatFollowsABodyOfKnownLength) {
  ASSERT_FALSE(
      parser_.parse_head("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\n", request_));
  EXPECT_EQ(parser_.content_length(), 5U);
  EXPECT_EQ(decode(parser_, "helloNEXT", 9), "hello|NEXT");
}

TEST_F(RequestParserTest, WaitsForTheRestOfABody) {
  ASSERT_FALSE(
      parser_.parse_head("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n", request_));
  EXPECT_EQ(decode(parser_, "hello", 5), "hello...");
  EXPECT_FALSE(parser_.body_ended());
}

}  // namespace
}  // namespace invoicing::http
