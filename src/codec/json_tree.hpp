#pragma once
// A JSON object read and checked whole: valid UTF-8 without a byte order mark, one object and
// nothing after it, at most 32 levels, no key twice in an object (after unescaping), no NUL, no
// half of a surrogate pair, numbers as RFC 8259 section 6 has them. Everything is checked before
// the first value is handed out, whether somebody reads it or not.

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "domain/result.hpp"

namespace invoicing::codec {

inline constexpr int kMaxJsonDepth = 32;

enum class JsonKind : std::uint8_t { null, boolean, number, string, array, object };

/// The values of a tree in the order of the text; a value's members or elements follow it.
struct JsonNode {
  JsonKind kind = JsonKind::null;
  std::uint32_t end = 0;  ///< index of the first node behind this one's own
  std::string_view key;   ///< unescaped; empty for elements of an array
  std::string_view text;  ///< string: unescaped; number, boolean: as it stands in the text
};

/// One value of a tree. Cheap to copy, valid until the tree reads its next text.
class JsonValue {
 public:
  class Iterator {
   public:
    using value_type = JsonValue;
    using difference_type = std::ptrdiff_t;

    Iterator() = default;
    Iterator(const JsonNode* nodes, std::uint32_t at) : nodes_(nodes), at_(at) {}
    JsonValue operator*() const { return {nodes_, at_}; }
    Iterator& operator++() {
      at_ = nodes_[at_].end;
      return *this;
    }
    Iterator operator++(int) {
      const Iterator before = *this;
      ++*this;
      return before;
    }
    friend bool operator==(const Iterator& a, const Iterator& b) { return a.at_ == b.at_; }

   private:
    const JsonNode* nodes_ = nullptr;
    std::uint32_t at_ = 0;
  };

  JsonValue(const JsonNode* nodes, std::uint32_t at) : nodes_(nodes), at_(at) {}

  JsonKind kind() const { return node().kind; }
  bool is(JsonKind kind) const { return node().kind == kind; }
  std::string_view key() const { return node().key; }
  std::string_view text() const { return node().text; }

  /// The members of an object or the elements of an array; none for anything else.
  Iterator begin() const { return {nodes_, at_ + 1}; }
  Iterator end() const { return {nodes_, node().end}; }
  std::size_t size() const { return static_cast<std::size_t>(std::distance(begin(), end())); }
  /// The member with this key, in time linear in the number of members.
  std::optional<JsonValue> find(std::string_view key) const;

 private:
  const JsonNode& node() const { return nodes_[at_]; }

  const JsonNode* nodes_;
  std::uint32_t at_;
};

/// Reads one text after the other and keeps its buffers in between. One thread at a time.
class JsonTree {
 public:
  JsonTree();
  ~JsonTree();
  JsonTree(const JsonTree&) = delete;
  JsonTree& operator=(const JsonTree&) = delete;

  /// The object that `text` is; `text` itself may go afterwards. Error malformed_json with a
  /// sentence that names what is wrong. Ends the life of all values read before.
  Result<JsonValue> read(std::string_view text);

 private:
  struct Parser;
  std::unique_ptr<Parser> parser_;
};

/// The tree of the calling thread. Who reads from it must be done before the next one reads.
JsonTree& thread_json_tree();

}  // namespace invoicing::codec
