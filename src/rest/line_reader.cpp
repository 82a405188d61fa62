#include "rest/line_reader.hpp"

#include <string_view>
#include <utility>

namespace invoicing::rest {

Task<Result<std::vector<Line>>> LineReader::next(std::size_t most) {
  if (!body_ended_ && buffer_.find('\n', searched_) == std::string::npos) {
    searched_ = buffer_.size();
    const auto piece = co_await body_.read_some();
    if (!piece) co_return piece.error();
    body_ended_ = piece->empty();
    buffer_ += *piece;
    // The last line needs no line end.
    if (body_ended_ && (!buffer_.empty() || skipping_)) buffer_ += '\n';
  }
  co_return take_lines(most);
}

std::vector<Line> LineReader::take_lines(std::size_t most) {
  std::vector<Line> lines;
  std::size_t start = 0;
  while (lines.size() < most) {
    const std::size_t end = buffer_.find('\n', searched_);
    searched_ = end == std::string::npos ? buffer_.size() : end + 1;
    if (end == std::string::npos) break;
    take_line(std::string_view(buffer_).substr(start, end - start), lines);
    start = end + 1;
  }
  buffer_.erase(0, start);
  searched_ -= start;
  const bool unfinished = !buffer_.empty() && searched_ == buffer_.size();
  if (unfinished && buffer_.size() > line_bytes_max_) {
    skipping_ = true;
    buffer_.clear();
    searched_ = 0;
  }
  return lines;
}

void LineReader::take_line(std::string_view text, std::vector<Line>& lines) {
  ++number_;
  const bool too_long = std::exchange(skipping_, false) || text.size() > line_bytes_max_;
  if (too_long) {
    lines.push_back({number_, {}, true});
    return;
  }
  if (text.ends_with('\r')) text.remove_suffix(1);
  if (text.find_first_not_of(" \t") == std::string_view::npos) return;
  lines.push_back({number_, std::string(text), false});
}

}  // namespace invoicing::rest
