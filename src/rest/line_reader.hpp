#pragma once
// Cuts a streamed body into lines of bounded length.

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "async/task.hpp"
#include "domain/result.hpp"
#include "http/message.hpp"

namespace invoicing::rest {

struct Line {
  std::uint64_t number = 0;  ///< from 1, blank lines counted
  std::string text;          ///< without its line end; empty when too_long
  bool too_long = false;     ///< it had more bytes than the limit and was skipped
};

/// Holds at most one unfinished line and one piece of the body. Blank lines are left out.
class LineReader {
 public:
  LineReader(http::BodyReader& body, std::size_t line_bytes_max)
      : body_(body), line_bytes_max_(line_bytes_max) {}

  /// The lines that are complete with the next piece of the body, at most `most`; none at the end
  /// of the body, and possibly none before it (ended() tells). Errors of the BodyReader.
  Task<Result<std::vector<Line>>> next(std::size_t most);

  bool ended() const { return body_ended_ && buffer_.empty() && !skipping_; }

 private:
  std::vector<Line> take_lines(std::size_t most);
  void take_line(std::string_view text, std::vector<Line>& lines);

  http::BodyReader& body_;
  std::size_t line_bytes_max_;
  std::string buffer_;
  // No line end stands before it: a line that comes byte by byte is searched once, not each time.
  std::size_t searched_ = 0;
  std::uint64_t number_ = 0;
  bool skipping_ = false;  // inside a line that is too long
  bool body_ended_ = false;
};

}  // namespace invoicing::rest
