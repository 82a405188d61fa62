#pragma once
// Makes text from outside (a SKU, a zone's name) safe to show in one line of a mail.

#include <string>
#include <string_view>

namespace invoicing::mail {

/// One line for the eye: at most `max_characters` code points (the last one is then "…"). Control
/// characters, line and paragraph separators, the controls of writing direction (which could turn
/// the rest of the line around) and bytes that are no UTF-8 become U+FFFD. No HTML escaping.
std::string shown(std::string_view text, std::size_t max_characters);

bool is_valid_utf8(std::string_view text);

/// & < > " ' as HTML has them; right in text and in quoted attributes.
std::string html_escaped(std::string_view text);

}  // namespace invoicing::mail
