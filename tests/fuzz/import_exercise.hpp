#pragma once
// Runs bytes as the body of an import, in pieces: the lines are those of a plain reading, wherever
// the body is split, and each result is one line of JSON.

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/io_context.hpp>

#include "codec/import_json.hpp"
#include "rest/line_reader.hpp"
#include "tests/fuzz/json_exercise.hpp"
#include "tests/support/run_task.hpp"

namespace invoicing::fuzz {

/// A body that arrives `step` bytes at a time.
class PiecewiseBody final : public http::BodyReader {
 public:
  PiecewiseBody(std::string_view bytes, std::size_t step) : left_(bytes), step_(step) {}

  Task<Result<std::string>> read_all() override { co_return std::string(left_); }
  Task<Result<std::string_view>> read_some() override {
    const std::string_view piece = left_.substr(0, step_);
    left_.remove_prefix(piece.size());
    co_return piece;
  }

 private:
  std::string_view left_;
  std::size_t step_;
};

/// The lines as somebody reads them who has the whole body at once.
inline std::vector<rest::Line> plain_lines(std::string_view body, std::size_t bytes_max) {
  std::vector<rest::Line> lines;
  for (std::uint64_t number = 1; !body.empty(); ++number) {
    std::string_view text = body.substr(0, body.find('\n'));
    body.remove_prefix(std::min(text.size() + 1, body.size()));
    const bool too_long = text.size() > bytes_max;
    if (text.ends_with('\r')) text.remove_suffix(1);
    const bool blank = text.find_first_not_of(" \t") == std::string_view::npos;
    if (too_long) lines.push_back({number, {}, true});
    if (!too_long && !blank) lines.push_back({number, std::string(text), false});
  }
  return lines;
}

inline std::vector<rest::Line> streamed_lines(std::string_view body, std::size_t step,
                                              std::size_t bytes_max) {
  boost::asio::io_context io(1);
  PiecewiseBody pieces(body, step);
  rest::LineReader reader(pieces, bytes_max);
  std::vector<rest::Line> lines;
  while (!reader.ended()) {
    auto some = testing::run(io, reader.next(3));
    require(some.has_value() && some->size() <= 3, "at most as many lines as wanted");
    std::move(some->begin(), some->end(), std::back_inserter(lines));
  }
  return lines;
}

inline void check_line(const rest::Line& line) {
  const codec::InvoiceRequestOptions options{&berlin(), Currency(), true};
  const auto request = codec::read_invoice_request(line.text, options);
  if (request) {
    check_invoice(request->invoice);
    require(request->idempotency_key.size() <= 1024, "a key in range");
    return;
  }
  const Error error = request.error();
  const std::string answer =
      codec::write_import_failure(line.number, "validation_failed", error.detail(), error.faults());
  require(answer.ends_with('\n') && std::count(answer.begin(), answer.end(), '\n') == 1,
          "one line of result");
  require(JsonOracle::accepts(std::string_view(answer).substr(0, answer.size() - 1)),
          "a result that is JSON");
}

/// The first byte is the size of the pieces, less one; the second the longest line. The rest is the
/// body.
inline void exercise_import(std::string_view bytes) {
  if (bytes.size() < 2) return;
  const std::size_t step = std::size_t{static_cast<unsigned char>(bytes[0])} + 1;
  const std::size_t bytes_max = std::size_t{static_cast<unsigned char>(bytes[1])} * 8;
  const std::string_view body = bytes.substr(2);
  const auto lines = streamed_lines(body, step, bytes_max);
  const auto expected = plain_lines(body, bytes_max);
  require(lines.size() == expected.size(), "as many lines as there are");
  for (std::size_t i = 0; i < lines.size(); ++i) {
    require(lines[i].number == expected[i].number && lines[i].text == expected[i].text &&
                lines[i].too_long == expected[i].too_long,
            "the same lines wherever the body is split");
    if (!lines[i].too_long) check_line(lines[i]);
  }
}

}  // namespace invoicing::fuzz
