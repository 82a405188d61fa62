#include "codec/json_writer.hpp"

#include <array>
#include <charconv>

namespace invoicing::codec {
namespace {

constexpr std::string_view kHexDigits = "0123456789abcdef";

bool needs_escape(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == '"' || c == '\\';
}

void append_escaped(std::string& out, char c) {
  constexpr std::string_view kPlain = "\"\\\b\f\n\r\t";
  constexpr std::string_view kLetters = "\"\\bfnrt";
  const std::size_t short_form = kPlain.find(c);
  out += '\\';
  if (short_form != std::string_view::npos) {
    out += kLetters[short_form];
    return;
  }
  const auto code = static_cast<unsigned char>(c);
  out += "u00";
  out += kHexDigits[code >> 4];
  out += kHexDigits[code & 0xF];
}

}  // namespace

void append_json_string(std::string& out, std::string_view text) {
  out += '"';
  std::size_t run = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (!needs_escape(text[i])) continue;
    out += text.substr(run, i - run);
    append_escaped(out, text[i]);
    run = i + 1;
  }
  out += text.substr(run);
  out += '"';
}

void append_json_integer(std::string& out, std::int64_t value) {
  std::array<char, 20> text;  // -9223372036854775808
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
  out.append(text.data(), end);
}

void append_json_instant(std::string& out, Instant instant) {
  out += '"';
  append_instant(out, instant);
  out += '"';
}

void append_json_day(std::string& out, Day day) {
  out += '"';
  out += format_day(day);
  out += '"';
}

void append_json_optional_day(std::string& out, const std::optional<Day>& day) {
  if (day) {
    append_json_day(out, *day);
  } else {
    out += "null";
  }
}

void append_json_optional_instant(std::string& out, const std::optional<Instant>& instant) {
  if (instant) {
    append_json_instant(out, *instant);
  } else {
    out += "null";
  }
}

void append_json_string_or_null(std::string& out, std::string_view text) {
  if (text.empty()) {
    out += "null";
  } else {
    append_json_string(out, text);
  }
}

void append_json_optional_string(std::string& out, const std::optional<std::string>& text) {
  if (text) {
    append_json_string(out, *text);
  } else {
    out += "null";
  }
}

}  // namespace invoicing::codec
