#pragma once
// A second reader of the JSON that we take, written for plainness and not for speed: it says yes or
// no, character by character. The fuzzer holds codec/json_tree against it.

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>

namespace invoicing::fuzz {

class JsonOracle {
 public:
  /// One object with nothing but blanks around it.
  static bool accepts(std::string_view text) {
    JsonOracle oracle(text);
    if (!oracle.is_utf8()) return false;
    oracle.skip_blanks();
    if (oracle.peek() != '{' || !oracle.value(1)) return false;
    oracle.skip_blanks();
    return oracle.at_ == text.size();
  }

 private:
  static constexpr int kMaxDepth = 32;

  explicit JsonOracle(std::string_view text) : text_(text) {}

  int peek() const { return at_ < text_.size() ? static_cast<unsigned char>(text_[at_]) : -1; }
  int next() {
    const int c = peek();
    ++at_;
    return c;
  }
  bool take(char c) {
    if (peek() != c) return false;
    ++at_;
    return true;
  }
  bool take(std::string_view word) {
    if (text_.substr(std::min(at_, text_.size()), word.size()) != word) return false;
    at_ += word.size();
    return true;
  }
  void skip_blanks() {
    while (peek() == ' ' || peek() == '\t' || peek() == '\n' || peek() == '\r') ++at_;
  }

  bool value(int depth) {
    skip_blanks();
    switch (peek()) {
      case '{':
        return depth <= kMaxDepth && object(depth);
      case '[':
        return depth <= kMaxDepth && array(depth);
      case '"':
        return string().has_value();
      case 't':
        return take("true");
      case 'f':
        return take("false");
      case 'n':
        return take("null");
      default:
        return number();
    }
  }

  bool object(int depth) {
    std::set<std::string> keys;
    take('{');
    skip_blanks();
    if (take('}')) return true;
    for (;;) {
      skip_blanks();
      const auto key = string();
      if (!key || !keys.insert(*key).second) return false;
      skip_blanks();
      if (!take(':') || !value(depth + 1)) return false;
      skip_blanks();
      if (take('}')) return true;
      if (!take(',')) return false;
    }
  }

  bool array(int depth) {
    take('[');
    skip_blanks();
    if (take(']')) return true;
    for (;;) {
      if (!value(depth + 1)) return false;
      skip_blanks();
      if (take(']')) return true;
      if (!take(',')) return false;
    }
  }

  bool digits() {
    if (peek() < '0' || peek() > '9') return false;
    while (peek() >= '0' && peek() <= '9') ++at_;
    return true;
  }

  bool number() {
    take('-');
    if (!take('0') && !digits()) return false;
    if (take('.') && !digits()) return false;
    if (take('e') || take('E')) {
      if (!take('+')) take('-');
      if (!digits()) return false;
    }
    return true;
  }

  std::optional<unsigned> unit() {
    unsigned value = 0;
    for (int i = 0; i < 4; ++i) {
      const int c = next();
      if (c >= '0' && c <= '9') {
        value = value * 16 + static_cast<unsigned>(c - '0');
      } else if ((c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F')) {
        value = value * 16 + static_cast<unsigned>((c | 0x20) - 'a' + 10);
      } else {
        return std::nullopt;
      }
    }
    return value;
  }

  /// The code point of an escape, 0 where there is none that we take.
  char32_t escape() {
    const int c = next();
    const std::size_t plain = std::string_view("\"\\/bfnrt").find(static_cast<char>(c));
    if (c > 0 && plain != std::string_view::npos) {
      return static_cast<unsigned char>("\"\\/\b\f\n\r\t"[plain]);
    }
    if (c != 'u') return 0;
    const auto first = unit();
    if (!first || (*first >= 0xDC00 && *first <= 0xDFFF)) return 0;
    if (*first < 0xD800 || *first > 0xDBFF) return *first;
    if (!take("\\u")) return 0;
    const auto second = unit();
    if (!second || *second < 0xDC00 || *second > 0xDFFF) return 0;
    return 0x10000 + ((*first - 0xD800) << 10) + (*second - 0xDC00);
  }

  static void append(std::string& out, char32_t code) {
    const auto tail = [&](int shift) { out += static_cast<char>(0x80 | (code >> shift & 0x3F)); };
    if (code < 0x80) {
      out += static_cast<char>(code);
    } else if (code < 0x800) {
      out += static_cast<char>(0xC0 | code >> 6);
      tail(0);
    } else if (code < 0x10000) {
      out += static_cast<char>(0xE0 | code >> 12);
      tail(6);
      tail(0);
    } else {
      out += static_cast<char>(0xF0 | code >> 18);
      tail(12);
      tail(6);
      tail(0);
    }
  }

  std::optional<std::string> string() {
    if (!take('"')) return std::nullopt;
    std::string out;
    for (;;) {
      const int c = next();
      if (c < 0x20) return std::nullopt;
      if (c == '"') return out;
      if (c != '\\') {
        out += static_cast<char>(c);
        continue;
      }
      const char32_t code = escape();
      if (code == 0) return std::nullopt;
      append(out, code);
    }
  }

  /// RFC 3629: shortest forms only, no surrogates, nothing beyond U+10FFFF.
  bool is_utf8() const {
    for (std::size_t i = 0; i < text_.size();) {
      const auto byte = [&](std::size_t k) -> unsigned {
        return i + k < text_.size() ? static_cast<unsigned char>(text_[i + k]) : 0U;
      };
      const auto in = [&](std::size_t k, unsigned low, unsigned high) {
        return byte(k) >= low && byte(k) <= high;
      };
      const unsigned lead = byte(0);
      if (lead < 0x80) {
        i += 1;
      } else if (in(0, 0xC2, 0xDF) && in(1, 0x80, 0xBF)) {
        i += 2;
      } else if (in(0, 0xE0, 0xEF) && in(2, 0x80, 0xBF) &&
                 in(1, lead == 0xE0 ? 0xA0U : 0x80U, lead == 0xED ? 0x9FU : 0xBFU)) {
        i += 3;
      } else if (in(0, 0xF0, 0xF4) && in(2, 0x80, 0xBF) && in(3, 0x80, 0xBF) &&
                 in(1, lead == 0xF0 ? 0x90U : 0x80U, lead == 0xF4 ? 0x8FU : 0xBFU)) {
        i += 4;
      } else {
        return false;
      }
    }
    return true;
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace invoicing::fuzz
