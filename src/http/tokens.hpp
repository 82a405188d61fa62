#pragma once
// Character classes and blanks of RFC 9110 §5.6 and RFC 3986.

#include <algorithm>
#include <string_view>

namespace invoicing::http {

inline bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// CTL of RFC 5234; TAB is one.
inline bool is_control(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte < 0x20 || byte == 0x7f;
}

inline bool is_alphanumeric(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/// tchar of RFC 9110 §5.6.2.
inline bool is_token_char(char c) {
  constexpr std::string_view kOthers = "!#$%&'*+-.^_`|~";
  return is_alphanumeric(c) || kOthers.find(c) != std::string_view::npos;
}

/// Without the OWS of RFC 9110 §5.6.3 around it.
inline std::string_view without_blanks(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

/// uri-host [":" port] of RFC 3986, by its characters; empty is allowed (RFC 9112 §3.2).
inline bool is_host(std::string_view value) {
  constexpr std::string_view kOthers = "-._~!$&'()*+,;=%:[]";
  return std::all_of(value.begin(), value.end(), [&](char c) {
    return is_alphanumeric(c) || kOthers.find(c) != std::string_view::npos;
  });
}

}  // namespace invoicing::http
