#pragma once
// Runs bytes through the server's parsing without sockets, once whole and once in pieces, and
// aborts if the two disagree or a promise of the parser is broken. Used by the fuzzer, and by a
// unit test on every file of the corpus.

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <span>
#include <string>
#include <string_view>

#include "http/query_string.hpp"
#include "http/request_parser.hpp"
#include "http/tokens.hpp"

namespace invoicing::http::fuzz {

inline void require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "broken promise: %s\n", what);
  std::abort();
}

inline bool is_within(std::string_view part, std::string_view whole) {
  return part.empty() ||
         (part.data() >= whole.data() && part.data() + part.size() <= whole.data() + whole.size());
}

inline void check_request(const Request& request, std::string_view head) {
  require(!request.path.empty(), "a path");
  require(request.path.front() == '/' || request.path == "*" || request.method_name == "CONNECT",
          "an absolute path");
  require(is_within(request.target, head), "a target within the head");
  for (const char c : request.target) require(!is_control(c) && c != ' ', "a clean target");
  std::size_t hosts = 0;
  for (const HeaderView& field : request.headers) {
    require(is_within(field.name, head) && is_within(field.value, head), "fields within the head");
    require(!field.name.empty(), "a field name");
    for (const char c : field.name) require(is_token_char(c), "a name that is a token");
    for (const char c : field.value) require(!is_control(c) || c == '\t', "a clean value");
    if (iequals(field.name, "host")) ++hosts;
  }
  require(hosts == 1 || (request.http_1_0 && hosts == 0), "one Host");
  const auto lengths = request.header_values("content-length").size();
  const auto encodings = request.header_values("transfer-encoding").size();
  require(lengths + encodings <= 1, "one way to tell the body's length");
  const auto query = parse_query(request.query);
  if (!query) return;
  for (const QueryParameter& parameter : *query) {
    const auto again = parse_query("x=" + percent_encode(parameter.value));
    require(again && again->at(0).value == parameter.value, "encoding that decoding undoes");
  }
}

// What the connection does with its input, `step` bytes at a time; everything understood as text.
inline std::string transcript(std::string_view input, std::size_t step) {
  const ServerOptions options;
  RequestParser parser(options);
  Request request;
  std::string text;
  std::size_t begin = 0;
  std::size_t end = 0;
  // False at the end of the input.
  const auto more = [&] {
    if (end == input.size()) return false;
    end += std::min(step, input.size() - end);
    return true;
  };
  for (;;) {
    const auto found = parser.find_head(input.substr(begin, end - begin));
    if (found.state == RequestParser::Head::State::faulty) return text + "!";
    if (found.state == RequestParser::Head::State::incomplete) {
      if (!more()) return text;
      continue;
    }
    require(found.length > 0 && found.length <= end - begin, "a head within the input");
    const std::string_view head = input.substr(begin, found.length);
    begin += found.length;
    if (parser.parse_head(head, request)) return text + "!";
    check_request(request, head);
    text += std::string(request.method_name) + " " + std::string(request.target) + "\n";
    for (bool ended = false; !ended;) {
      const auto piece = parser.decode_body(input.substr(begin, end - begin));
      require(piece.consumed <= end - begin, "consuming what there is");
      require(is_within(piece.data, input.substr(begin, end - begin)), "data within the input");
      begin += piece.consumed;
      text += piece.data;
      if (piece.state == RequestParser::Piece::State::faulty) return text + "!";
      ended = piece.state == RequestParser::Piece::State::end;
      if (piece.state == RequestParser::Piece::State::need_more && !more()) return text;
    }
    require(parser.body_ended(), "an end that is one");
    text += parser.keeps_alive() ? "+\n" : "-\n";
  }
}

/// The first byte is the size of the pieces, less one; the rest is what a client sends.
inline void exercise_http(std::span<const std::uint8_t> bytes) {
  if (bytes.empty()) return;
  const std::string input(bytes.begin() + 1, bytes.end());
  const std::string whole = transcript(input, input.size() + 1);
  const std::string pieces = transcript(input, std::size_t{bytes[0]} + 1);
  require(whole == pieces, "the same reading wherever the bytes are split");
}

}  // namespace invoicing::http::fuzz
