// What must be refused, because two readers of the same bytes could disagree on where a request
// ends or what it says (request smuggling), or because a field could end early.

#include <ostream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/unit/http/raw_client.hpp"
#include "tests/unit/http/test_server.hpp"

namespace invoicing::http::test {
namespace {

using namespace std::string_literals;

struct Rule {
  const char* name;
  std::string request;
  unsigned status = 400;
};

void PrintTo(const Rule& rule, std::ostream* out) {
  *out << rule.name;
}

std::string get_with(const std::string& fields) {
  return "GET / HTTP/1.1\r\nHost: x\r\n" + fields + "\r\n";
}
std::string post_with(const std::string& fields, const std::string& body = "") {
  return "POST / HTTP/1.1\r\nHost: x\r\n" + fields + "\r\n" + body;
}
std::string chunked(const std::string& body) {
  return post_with("Transfer-Encoding: chunked\r\n", body);
}

std::vector<Rule> framing_rules() {
  return {
      {"LengthThenChunked",
       post_with("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n")},
      {"ChunkedThenLength",
       post_with("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n", "0\r\n\r\n")},
      {"TwoLengthsThatDiffer", post_with("Content-Length: 5\r\nContent-Length: 6\r\n", "hello")},
      {"TwoLengthsThatAgree", post_with("Content-Length: 5\r\nContent-Length: 5\r\n", "hello")},
      {"LengthList", post_with("Content-Length: 5, 5\r\n", "hello")},
      {"LengthWithSign", post_with("Content-Length: +5\r\n", "hello")},
      {"LengthNegative", post_with("Content-Length: -5\r\n", "hello")},
      {"LengthHex", post_with("Content-Length: 0x5\r\n", "hello")},
      {"LengthWithBlank", post_with("Content-Length: 5 5\r\n", "hello")},
      {"LengthEmpty", post_with("Content-Length: \r\n", "hello")},
      {"LengthFraction", post_with("Content-Length: 5.0\r\n", "hello")},
      {"LengthOverflow", post_with("Content-Length: 18446744073709551621\r\n", "hello")},
      {"EncodingIdentity", post_with("Transfer-Encoding: identity\r\n")},
      {"EncodingGzipChunked", post_with("Transfer-Encoding: gzip, chunked\r\n", "0\r\n\r\n")},
      {"EncodingChunkedGzip", post_with("Transfer-Encoding: chunked, gzip\r\n", "0\r\n\r\n")},
      {"EncodingChunkedTwice", post_with("Transfer-Encoding: chunked, chunked\r\n", "0\r\n\r\n")},
      {"EncodingTwoFields",
       post_with("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n")},
      {"EncodingSecondIdentity",
       post_with("Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n", "0\r\n\r\n")},
      {"EncodingUnknown", post_with("Transfer-Encoding: xchunked\r\n", "0\r\n\r\n")},
      {"EncodingQuoted", post_with("Transfer-Encoding: \"chunked\"\r\n", "0\r\n\r\n")},
      {"EncodingParameter", post_with("Transfer-Encoding: chunked;q=1\r\n", "0\r\n\r\n")},
      {"EncodingEmpty", post_with("Transfer-Encoding:\r\n")},
      {"EncodingVerticalTab", post_with("Transfer-Encoding: \x0b"
                                        "chunked\r\n",
                                        "0\r\n\r\n")},
      {"EncodingInHttp10",
       "POST / HTTP/1.0\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"},
  };
}

std::vector<Rule> line_rules() {
  return {
      {"BareLfAfterRequestLine", "GET / HTTP/1.1\nHost: x\r\n\r\n"},
      {"BareLfAfterField", "GET / HTTP/1.1\r\nHost: x\nA: b\r\n\r\n"},
      {"BareLfAtTheEnd", "GET / HTTP/1.1\r\nHost: x\r\n\n"},
      {"BareCrInValue", get_with("A: b\rc\r\n")},
      {"BareCrAfterRequestLine", "GET / HTTP/1.1\rHost: x\r\n\r\n"},
      {"SpaceBeforeColon", get_with("Content-Length : 0\r\n")},
      {"TabBeforeColon", get_with("A\t: b\r\n")},
      {"SpaceInName", get_with("A b: c\r\n")},
      {"NoColon", get_with("Abc\r\n")},
      {"EmptyName", get_with(": b\r\n")},
      {"ControlInName", get_with("A\x01: b\r\n")},
      {"HighByteInName", get_with("\xC3\xA4: b\r\n")},
      {"FoldedBySpace", get_with("A: b\r\n c\r\n")},
      {"FoldedByTab", get_with("A: b\r\n\tc\r\n")},
      {"FoldedAfterEmpty", get_with("A:\r\n b\r\n")},
      {"FoldedToNothing", get_with("A:\r\n \r\n")},
      {"FoldedHost", "GET / HTTP/1.1\r\nHost:\r\n x\r\n\r\n"},
      {"BlankBeforeFirstField", "GET / HTTP/1.1\r\n Host: x\r\n\r\n"},
      {"NoHost", "GET / HTTP/1.1\r\nA: b\r\n\r\n"},
      {"NoFieldsAtAll", "GET / HTTP/1.1\r\n\r\n"},
      {"TwoHosts", get_with("Host: y\r\n")},
      {"TwoEqualHosts", get_with("host: x\r\n")},
      {"HostWithBlank", "GET / HTTP/1.1\r\nHost: a b\r\n\r\n"},
      {"HostWithPath", "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n"},
      {"HostWithUser", "GET / HTTP/1.1\r\nHost: a@b\r\n\r\n"},
      {"NulInValue", get_with("A: b\0c\r\n"s)},
      {"ControlInValue", get_with("A: b\x02"
                                  "c\r\n")},
      {"DeleteInValue", get_with("A: b\x7f\r\n")},
      {"NulInName", get_with("A\0: b\r\n"s)},
      {"TwoEmptyLinesFirst", "\r\n\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n"},
  };
}

std::vector<Rule> request_line_rules() {
  return {
      {"ControlInTarget", "GET /a\x01 HTTP/1.1\r\nHost: x\r\n\r\n"},
      {"NulInTarget", "GET /a\0 HTTP/1.1\r\nHost: x\r\n\r\n"s},
      {"DeleteInTarget", "GET /a\x7f HTTP/1.1\r\nHost: x\r\n\r\n"},
      {"TabInTarget", "GET /a\tb HTTP/1.1\r\nHost: x\r\n\r\n"},
      {"FragmentInTarget", "GET /a#b HTTP/1.1\r\nHost: x\r\n\r\n"},
      {"RelativeTarget", "GET hello HTTP/1.1\r\nHost: x\r\n\r\n"},
      {"EmptyTarget", "GET  HTTP/1.1\r\nHost: x\r\n\r\n"},
      {"StarForGet", "GET * HTTP/1.1\r\nHost: x\r\n\r\n"},
      {"OtherScheme", "GET ftp://x/ HTTP/1.1\r\nHost: x\r\n\r\n"},
      {"BlankInTarget", "GET /a b HTTP/1.1\r\nHost: x\r\n\r\n"},
      {"TextBeforeMethod", "Extra lineGET / HTTP/1.1\r\nHost: x\r\n\r\n"},
      {"TwoBlanks", "GET  / HTTP/1.1\r\nHost: x\r\n\r\n"},
      {"TabForBlank", "GET\t/ HTTP/1.1\r\nHost: x\r\n\r\n"},
      {"NoVersion", "GET /\r\nHost: x\r\n\r\n"},
      {"TrailingBlank", "GET / HTTP/1.1 \r\nHost: x\r\n\r\n"},
      {"LowerCaseVersion", "GET / http/1.1\r\nHost: x\r\n\r\n"},
      {"LongVersion", "GET / HTTP/1.10\r\nHost: x\r\n\r\n"},
      {"MethodIsNoToken", "G{T / HTTP/1.1\r\nHost: x\r\n\r\n"},
      {"TlsHello", "\x16\x03\x01\x02"s},
      {"Version2", "GET / HTTP/2.0\r\nHost: x\r\n\r\n", 505},
      {"Http2Preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505},
      {"Version12", "GET / HTTP/1.2\r\nHost: x\r\n\r\n", 505},
      {"Version09", "GET / HTTP/0.9\r\nHost: x\r\n\r\n", 505},
  };
}

std::vector<Rule> chunk_rules() {
  return {
      {"SizeOverflow", chunked("10000000000000005\r\nhello\r\n0\r\n\r\n")},
      {"SizeTooManyDigits", chunked("FFFFFFFFFFFFFFFFFFFF\r\nhello\r\n0\r\n\r\n")},
      {"SizeNegative", chunked("-5\r\nhello\r\n0\r\n\r\n")},
      {"SizePrefixed", chunked("0x5\r\nhello\r\n0\r\n\r\n")},
      {"SizeEmpty", chunked("\r\nhello\r\n0\r\n\r\n")},
      {"SizeWithBlankFirst", chunked(" 5\r\nhello\r\n0\r\n\r\n")},
      {"SizeWithBlankAfter", chunked("5 \r\nhello\r\n0\r\n\r\n")},
      {"SizeEndsWithLf", chunked("5\nhello\r\n0\r\n\r\n")},
      {"SizeEndsWithCr", chunked("5\rhello\r\n0\r\n\r\n")},
      {"DataTooLong", chunked("5\r\nhelloX\r\n0\r\n\r\n")},
      {"DataTooShort", chunked("5\r\nhell\r\n0\r\n\r\n")},
      {"DataEndsWithLf", chunked("5\r\nhello\n0\r\n\r\n")},
      {"ExtensionWithLf", chunked("5;a=\"b\nc\"\r\nhello\r\n0\r\n\r\n")},
      {"ExtensionWithNul", chunked("5;a=\"b\0c\"\r\nhello\r\n0\r\n\r\n"s)},
      {"ExtensionWithoutName", chunked("5;\r\nhello\r\n0\r\n\r\n")},
      {"ExtensionTooLong", chunked("5;a=" + std::string(300, 'x') + "\r\nhello\r\n0\r\n\r\n")},
      {"ExtensionEndless", chunked("5;a=" + std::string(100'000, 'x'))},
      {"TrailerFolded", chunked("0\r\nA: b\r\n c\r\n\r\n")},
      {"TrailerWithBareLf", chunked("0\r\nA: b\nC: d\r\n\r\n")},
      {"TrailerWithoutColon", chunked("0\r\nAbc\r\n\r\n")},
      {"TrailerWithLength", chunked("0\r\nContent-Length: 5\r\n\r\n")},
  };
}

class RuleTest : public testing::TestWithParam<Rule> {
 protected:
  static constexpr const char* kSmuggled = "GET /hello/smuggled HTTP/1.1\r\nHost: x\r\n\r\n";
};

// The request is followed by another one, which must never be answered.
TEST_P(RuleTest, IsRefusedAndTheConnectionClosed) {
  TestServer server;
  RawClient client(server.port());
  client.send(GetParam().request + kSmuggled);
  client.finish_sending();
  const Answer answer = client.read_answer();
  EXPECT_EQ(answer.status, GetParam().status) << answer.body;
  EXPECT_EQ(answer.header("Connection"), "close");
  EXPECT_TRUE(answer.body.starts_with("error: ")) << "not made by the renderer";
  EXPECT_EQ(client.read_to_end(), "");
}

std::string rule_name(const testing::TestParamInfo<Rule>& info) {
  return info.param.name;
}

INSTANTIATE_TEST_SUITE_P(Framing, RuleTest, testing::ValuesIn(framing_rules()), rule_name);
INSTANTIATE_TEST_SUITE_P(Lines, RuleTest, testing::ValuesIn(line_rules()), rule_name);
INSTANTIATE_TEST_SUITE_P(RequestLine, RuleTest, testing::ValuesIn(request_line_rules()), rule_name);
INSTANTIATE_TEST_SUITE_P(Chunks, RuleTest, testing::ValuesIn(chunk_rules()), rule_name);

struct Accepted {
  const char* name;
  std::string request;
  std::string body;
};

void PrintTo(const Accepted& accepted, std::ostream* out) {
  *out << accepted.name;
}

class AcceptedTest : public testing::TestWithParam<Accepted> {};

// The other side of each rule: strict is not deaf.
TEST_P(AcceptedTest, IsAnsweredAndTheConnectionKept) {
  TestServer server;
  RawClient client(server.port());
  const Answer answer = client.exchange(GetParam().request);
  EXPECT_EQ(answer.status, 200U) << answer.body;
  EXPECT_EQ(answer.body, GetParam().body);
  EXPECT_EQ(client.exchange("GET /hello/again HTTP/1.1\r\nHost: x\r\n\r\n").body, "hello again");
}

INSTANTIATE_TEST_SUITE_P(
    Requests, AcceptedTest,
    testing::Values(
        Accepted{"EmptyLineFirst", "\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n", "root"},
        Accepted{"EmptyHost", "GET / HTTP/1.1\r\nHost:\r\n\r\n", "root"},
        Accepted{"Ipv6Host", "GET / HTTP/1.1\r\nHost: [::1]:3000\r\n\r\n", "root"},
        Accepted{"AbsoluteForm", "GET http://x:1/hello/y?z HTTP/1.1\r\nHost: x\r\n\r\n", "hello y"},
        Accepted{"AbsoluteWithoutPath", "GET http://x HTTP/1.1\r\nHost: x\r\n\r\n", "root"},
        Accepted{"AbsoluteWithQueryOnly", "GET http://x?a=1 HTTP/1.1\r\nHost: x\r\n\r\n", "root"},
        Accepted{"BlanksAroundValue", get_with("A: \t b \t\r\n"), "root"},
        Accepted{"EmptyValue", get_with("A:\r\nB: \r\n"), "root"},
        Accepted{"HighBytesInValue", get_with("A: \xC3\xA4\r\n"), "root"},
        Accepted{"TabInValue", get_with("A: b\tc\r\n"), "root"},
        Accepted{"LengthZero", post_with("Content-Length: 0\r\n"), ""},
        Accepted{"LengthWithZeros", post_with("Content-Length: 005\r\n", "hello"), "hello"},
        Accepted{"ChunkedMixedCase",
                 post_with("transfer-ENCODING: Chunked\r\n", "5\r\nhello\r\n0\r\n\r\n"), "hello"},
        Accepted{"ChunksWithExtensions",
                 chunked("5;a=b;c=\"d e\"\r\nhello\r\n00A\r\n wide worl\r\n0;x\r\n\r\n"),
                 "hello wide worl"},
        Accepted{"ChunkedEmpty", chunked("0\r\n\r\n"), ""},
        Accepted{"ChunkedWithTrailers", chunked("5\r\nhello\r\n0\r\nA: b\r\nC: d\r\n\r\n"),
                 "hello"},
        Accepted{"TrailersChangeNothing", chunked("5\r\nhello\r\n0\r\nConnection: close\r\n\r\n"),
                 "hello"}),
    [](const testing::TestParamInfo<Accepted>& info) { return info.param.name; });

}  // namespace
}  // namespace invoicing::http::test
