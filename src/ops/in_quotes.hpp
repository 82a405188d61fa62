#pragma once
// How a value that somebody typed is shown inside a message of one line.

#include <string>
#include <string_view>

namespace invoicing::ops {

/// `text` between double quotes: control characters and bytes outside ASCII become '?', what is
/// longer than 80 bytes is cut and ends in "...". Never for secrets.
inline std::string in_quotes(std::string_view text) {
  constexpr std::size_t kShownMax = 80;
  std::string shown = "\"";
  for (const char c : text.substr(0, kShownMax)) shown += (c >= 0x20 && c < 0x7f) ? c : '?';
  if (text.size() > kShownMax) shown += "...";
  return shown + '"';
}

}  // namespace invoicing::ops
