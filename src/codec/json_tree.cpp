#include "codec/json_tree.hpp"

#include <algorithm>
#include <cstring>
#include <limits>
#include <string>

#include <simdjson.h>

#include "domain/decimal.hpp"

namespace invoicing::codec {
namespace {

namespace ondemand = simdjson::ondemand;

// Buffers beyond this are given back before the next text: few bodies are that large.
constexpr std::size_t kKeptBytes = 256 * 1024;
constexpr std::size_t kFewMembers = 16;

Error malformed(std::string_view what) {
  return Error(ErrorCode::malformed_json, "The body is not valid JSON: " + std::string(what) +
                                              "; send one JSON object in UTF-8.");
}

std::string_view trimmed(std::string_view token) {
  const std::size_t last = token.find_last_not_of(" \t\n\r");
  return token.substr(0, last == std::string_view::npos ? 0 : last + 1);
}

/// The code unit of a \uXXXX whose digits start at `at`; nothing for other texts.
std::optional<unsigned> code_unit(std::string_view text, std::size_t at) {
  if (text.size() < 4 || at > text.size() - 4) return std::nullopt;
  unsigned unit = 0;
  for (const char c : text.substr(at, 4)) {
    const std::size_t digit = std::string_view("0123456789abcdef").find(c | 0x20);
    if (digit == std::string_view::npos) return std::nullopt;
    unit = unit * 16 + static_cast<unsigned>(digit);
  }
  return unit;
}

bool is_high_surrogate(unsigned unit) {
  return unit >= 0xD800 && unit <= 0xDBFF;
}
bool is_low_surrogate(unsigned unit) {
  return unit >= 0xDC00 && unit <= 0xDFFF;
}

/// simdjson 3.0 decodes half of a pair into bytes that are no UTF-8, or into another character.
bool surrogates_are_paired(std::string_view text) {
  bool high_before = false;
  std::size_t expected = 0;  // where the second half of a pair has to stand
  for (std::size_t at = text.find('\\'); at != std::string_view::npos; at = text.find('\\', at)) {
    const auto unit = text.substr(at + 1, 1) == "u" ? code_unit(text, at + 2) : std::nullopt;
    const bool low = unit && is_low_surrogate(*unit);
    if (high_before != low || (low && at != expected)) return false;
    high_before = unit && is_high_surrogate(*unit);
    at += unit ? 6 : 2;
    expected = at;
    if (at >= text.size()) break;
  }
  return !high_before;
}

}  // namespace

struct JsonTree::Parser {
  simdjson::ondemand::parser parser;
  std::vector<char> text;  // with simdjson's padding
  std::vector<JsonNode> nodes;
  std::vector<std::string_view> keys;
  std::string_view wrong;  // what is wrong, once something is

  bool fail(std::string_view what) {
    if (wrong.empty()) wrong = what;
    return false;
  }

  bool read_root(std::string_view json) {
    wrong = {};
    nodes.clear();
    text.resize(json.size() + simdjson::SIMDJSON_PADDING);
    std::memcpy(text.data(), json.data(), json.size());
    ondemand::document document;
    const auto error = parser.iterate(text.data(), json.size(), text.size()).get(document);
    if (error == simdjson::UTF8_ERROR) return fail("it is not UTF-8");
    if (error == simdjson::EMPTY) return fail("it is empty");
    if (error != simdjson::SUCCESS) return fail("a syntax error");
    ondemand::json_type type{};
    if (document.type().get(type) != simdjson::SUCCESS) return fail("a syntax error");
    if (type != ondemand::json_type::object) return fail("it is not an object");
    ondemand::object object;
    if (document.get_object().get(object) != simdjson::SUCCESS) return fail("a syntax error");
    if (!read_object(object, {}, 1)) return false;
    // There is no at_end: whatever is left has a location.
    if (document.current_location().error() != simdjson::OUT_OF_BOUNDS) {
      return fail("something follows the object");
    }
    return true;
  }

  bool read_value(ondemand::value value, std::string_view key, int depth) {
    ondemand::json_type type{};
    if (value.type().get(type) != simdjson::SUCCESS) return fail("a syntax error");
    switch (type) {
      case ondemand::json_type::object: {
        ondemand::object object;
        if (value.get_object().get(object) != simdjson::SUCCESS) return fail("a syntax error");
        return read_object(object, key, depth);
      }
      case ondemand::json_type::array: {
        ondemand::array array;
        if (value.get_array().get(array) != simdjson::SUCCESS) return fail("a syntax error");
        return read_array(array, key, depth);
      }
      case ondemand::json_type::string: {
        std::string_view string;
        if (value.get_string().get(string) != simdjson::SUCCESS) return fail("a broken string");
        return add_scalar(JsonKind::string, key, string);
      }
      default:
        return read_token(trimmed(value.raw_json_token()), key);
    }
  }

  bool read_token(std::string_view token, std::string_view key) {
    if (token == "null") return add_scalar(JsonKind::null, key, token);
    if (token == "true" || token == "false") return add_scalar(JsonKind::boolean, key, token);
    if (parse_decimal(token, 0).fault == DecimalFault::not_a_number) return fail("a broken number");
    return add_scalar(JsonKind::number, key, token);
  }

  bool add_scalar(JsonKind kind, std::string_view key, std::string_view value) {
    if (kind == JsonKind::string && value.find('\0') != std::string_view::npos) {
      return fail("a NUL character");
    }
    const auto at = static_cast<std::uint32_t>(nodes.size());
    nodes.push_back({kind, at + 1, key, value});
    return true;
  }

  bool read_object(ondemand::object object, std::string_view own_key, int depth) {
    if (depth > kMaxJsonDepth) return fail("more than 32 levels");
    const std::size_t at = nodes.size();
    nodes.push_back({JsonKind::object, 0, own_key, {}});
    for (auto entry : object) {
      ondemand::field field;
      std::string_view key;
      if (std::move(entry).get(field) != simdjson::SUCCESS) return fail("a syntax error");
      if (field.unescaped_key().get(key) != simdjson::SUCCESS) return fail("a broken string");
      if (key.find('\0') != std::string_view::npos) return fail("a NUL character");
      if (!read_value(field.value(), key, depth + 1)) return false;
    }
    nodes[at].end = static_cast<std::uint32_t>(nodes.size());
    return keys_differ(JsonValue(nodes.data(), static_cast<std::uint32_t>(at))) ||
           fail("a key stands twice in one object");
  }

  bool read_array(ondemand::array array, std::string_view own_key, int depth) {
    if (depth > kMaxJsonDepth) return fail("more than 32 levels");
    const std::size_t at = nodes.size();
    nodes.push_back({JsonKind::array, 0, own_key, {}});
    for (auto entry : array) {
      ondemand::value value;
      if (std::move(entry).get(value) != simdjson::SUCCESS) return fail("a syntax error");
      if (!read_value(value, {}, depth + 1)) return false;
    }
    nodes[at].end = static_cast<std::uint32_t>(nodes.size());
    return true;
  }

  bool keys_differ(const JsonValue& object) {
    keys.clear();
    for (const JsonValue& member : object) {
      // A few keys are compared faster than sorted.
      if (keys.size() < kFewMembers &&
          std::find(keys.begin(), keys.end(), member.key()) != keys.end()) {
        return false;
      }
      keys.push_back(member.key());
    }
    if (keys.size() <= kFewMembers) return true;
    std::sort(keys.begin(), keys.end());
    return std::adjacent_find(keys.begin(), keys.end()) == keys.end();
  }

  bool oversized() const {
    return text.capacity() + nodes.capacity() * sizeof(JsonNode) > kKeptBytes;
  }
};

std::optional<JsonValue> JsonValue::find(std::string_view key) const {
  for (const JsonValue& member : *this) {
    if (member.key() == key) return member;
  }
  return std::nullopt;
}

JsonTree::JsonTree() : parser_(std::make_unique<Parser>()) {}
JsonTree::~JsonTree() = default;

Result<JsonValue> JsonTree::read(std::string_view text) {
  if (text.size() >= std::numeric_limits<std::uint32_t>::max() / 2) return malformed("too long");
  // Newer versions of simdjson skip a byte order mark; RFC 8259 section 8.1 forbids sending one.
  if (text.starts_with("\xEF\xBB\xBF")) return malformed("it begins with a byte order mark");
  if (!surrogates_are_paired(text)) return malformed("half of a surrogate pair");
  if (parser_->oversized()) parser_ = std::make_unique<Parser>();
  if (!parser_->read_root(text)) return malformed(parser_->wrong);
  return JsonValue(parser_->nodes.data(), 0);
}

JsonTree& thread_json_tree() {
  static thread_local JsonTree tree;
  return tree;
}

}  // namespace invoicing::codec
