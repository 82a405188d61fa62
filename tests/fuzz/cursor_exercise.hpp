#pragma once
// Runs texts through the readers of cursors: what is taken is exactly what would be written.

#include <string_view>

#include "codec/base64url.hpp"
#include "codec/cursor.hpp"
#include "tests/fuzz/json_exercise.hpp"

namespace invoicing::fuzz {

inline void exercise_cursor(std::string_view text) {
  const InvoiceQuery query;
  if (const auto position = codec::read_cursor(text, query)) {
    require(codec::write_cursor(*position, query) == text, "the one text of a position");
  }
  if (const auto before = codec::read_report_cursor(text)) {
    require(codec::write_report_cursor(*before) == text, "the one text of a number");
  }
  if (const auto bytes = codec::from_base64url(text)) {
    require(codec::to_base64url(*bytes) == text, "the one text of some bytes");
  }
  require(codec::from_base64url(codec::to_base64url(text)) == text, "bytes that read back");
}

}  // namespace invoicing::fuzz
