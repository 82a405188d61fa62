#include "ops/log_line.hpp"

#include <cmath>
#include <ctime>
#include <iterator>

#include <fmt/format.h>

namespace invoicing::ops::log {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";  // U+FFFD

unsigned byte_at(std::string_view text, std::size_t at) {
  return at < text.size() ? static_cast<unsigned char>(text[at]) : 0U;
}

// Bytes of the UTF-8 sequence that begins at `at`, 0 if none does (Unicode 15, table 3-7).
std::size_t sequence_length(std::string_view text, std::size_t at) {
  const unsigned first = byte_at(text, at);
  if (first < 0x80) return 1;
  std::size_t length = 0;
  unsigned second_min = 0x80;
  unsigned second_max = 0xBF;
  if (first >= 0xC2 && first <= 0xDF) {
    length = 2;
  } else if (first >= 0xE0 && first <= 0xEF) {
    length = 3;
    if (first == 0xE0) second_min = 0xA0;
    if (first == 0xED) second_max = 0x9F;
  } else if (first >= 0xF0 && first <= 0xF4) {
    length = 4;
    if (first == 0xF0) second_min = 0x90;
    if (first == 0xF4) second_max = 0x8F;
  } else {
    return 0;
  }
  const unsigned second = byte_at(text, at + 1);
  if (second < second_min || second > second_max) return 0;
  for (std::size_t i = 2; i < length; ++i) {
    if ((byte_at(text, at + i) & 0xC0U) != 0x80U) return 0;
  }
  return length;
}

// U+0080 to U+009F; terminals obey some of them.
bool is_c1_control(std::string_view text, std::size_t at) {
  return byte_at(text, at) == 0xC2 && byte_at(text, at + 1) >= 0x80 &&
         byte_at(text, at + 1) <= 0x9F;
}

void append_ascii(std::string& line, char c, bool in_quotes) {
  const auto byte = static_cast<unsigned char>(c);
  switch (c) {
    case '\n':
      line += "\\n";
      return;
    case '\r':
      line += "\\r";
      return;
    case '\t':
      line += "\\t";
      return;
    default:
      break;
  }
  if (byte < 0x20 || byte == 0x7f) {
    fmt::format_to(std::back_inserter(line), "\\u{:04x}", byte);
  } else if (in_quotes && (c == '"' || c == '\\')) {
    line += {'\\', c};
  } else {
    line += c;
  }
}

// `in_quotes`: quotes and backslashes are escaped too.
void append_safely(std::string& line, std::string_view text, bool in_quotes) {
  for (std::size_t at = 0; at < text.size();) {
    const auto length = sequence_length(text, at);
    if (length == 1) {
      append_ascii(line, text[at], in_quotes);
    } else if (length == 0) {
      line += kReplacement;
    } else if (is_c1_control(text, at)) {
      fmt::format_to(std::back_inserter(line), "\\u{:04x}", byte_at(text, at + 1));
    } else {
      line += text.substr(at, length);
    }
    at += length == 0 ? 1 : length;
  }
}

void append_quoted(std::string& line, std::string_view text) {
  line += '"';
  append_safely(line, text, true);
  line += '"';
}

// The calendar is asked once a second, not once a line.
void append_time(std::string& line, TimePoint time) {
  struct Second {
    std::chrono::sys_seconds at = std::chrono::sys_seconds::min();
    std::string text;
  };
  thread_local Second last;
  const auto second = std::chrono::floor<std::chrono::seconds>(time);
  if (last.at != second) {
    const std::time_t count = second.time_since_epoch().count();
    std::tm utc{};
    gmtime_r(&count, &utc);
    last.text = fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", utc.tm_year + 1900,
                            utc.tm_mon + 1, utc.tm_mday, utc.tm_hour, utc.tm_min, utc.tm_sec);
    last.at = second;
  }
  line += last.text;
  fmt::format_to(std::back_inserter(line), ".{:03}Z", (time - second).count());
}

void append_number(std::string& line, const FieldValue& value) {
  const auto append = [&line](const auto& v) {
    using T = std::decay_t<decltype(v)>;
    if constexpr (std::same_as<T, double>) {
      if (!std::isfinite(v)) {
        line += "null";
        return;
      }
    }
    if constexpr (!std::same_as<T, std::string_view> && !std::same_as<T, std::monostate>)
      fmt::format_to(std::back_inserter(line), "{}", v);
  };
  std::visit(append, value);
}

bool is_left_out(const Field& field) {
  return std::holds_alternative<std::monostate>(field.value);
}

bool needs_quotes(std::string_view text) {
  return text.empty() || text.find_first_of(" \"=\\") != std::string_view::npos;
}

}  // namespace

void append_json_line(std::string& out, TimePoint time, LogLevel level, std::string_view message,
                      Fields fields) {
  out += "{\"time\":\"";
  append_time(out, time);
  out += "\",\"level\":\"";
  out += to_string(level);
  out += "\",\"message\":";
  append_quoted(out, message);
  for (const auto& field : fields) {
    if (is_left_out(field)) continue;
    out += ',';
    append_quoted(out, field.key);
    out += ':';
    if (const auto* text = std::get_if<std::string_view>(&field.value)) {
      append_quoted(out, *text);
    } else {
      append_number(out, field.value);
    }
  }
  out += '}';
}

void append_text_line(std::string& out, TimePoint time, LogLevel level, std::string_view message,
                      Fields fields) {
  append_time(out, time);
  out += ' ';
  for (const char c : to_string(level)) out += static_cast<char>(c - 'a' + 'A');
  out.append(8 - to_string(level).size(), ' ');
  append_safely(out, message, false);
  for (const auto& field : fields) {
    if (is_left_out(field)) continue;
    out += ' ';
    append_safely(out, field.key, false);
    out += '=';
    const auto* const text = std::get_if<std::string_view>(&field.value);
    if (text == nullptr) {
      append_number(out, field.value);
    } else if (needs_quotes(*text)) {
      append_quoted(out, *text);
    } else {
      append_safely(out, *text, false);
    }
  }
}

}  // namespace invoicing::ops::log
