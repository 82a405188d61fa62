#pragma once
// BSON with destructors: writing a document member by member, and reading one. Keys are C strings
// of ours; texts go with their length, because BSON texts may hold anything but our keys.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <bson/bson.h>

#include "domain/instant.hpp"
#include "domain/invoice_id.hpp"

namespace invoicing::mongo {

/// A value of a document that lives elsewhere. (bson_iter_t has an alignment that templates lose.)
struct Value {
  bson_iter_t at;
};

/// A document under construction, or a whole one. Each member function appends and returns the
/// document, so that a filter reads as one expression. Throws std::length_error beyond 2 GB.
class Document {
 public:
  Document() { bson_init(&bson_); }
  explicit Document(const bson_t* copied) { bson_copy_to(copied, &bson_); }
  ~Document() { bson_destroy(&bson_); }
  Document(const Document& other) : Document(&other.bson_) {}
  Document(Document&& other) noexcept {
    bson_steal(&bson_, &other.bson_);
    bson_init(&other.bson_);
  }
  Document& operator=(Document&& other) noexcept;
  Document& operator=(const Document&) = delete;

  Document& text(std::string_view key, std::string_view value);
  Document& integer(std::string_view key, std::int64_t value);
  /// An Int32: what commands want for directions, limits and flags.
  Document& small(std::string_view key, std::int32_t value);
  Document& number(std::string_view key, double value);
  Document& boolean(std::string_view key, bool value);
  Document& null(std::string_view key);
  Document& instant(std::string_view key, Instant value);
  Document& optional_instant(std::string_view key, const std::optional<Instant>& value);
  Document& id(std::string_view key, const InvoiceId& value);
  Document& binary(std::string_view key, const std::uint8_t* bytes, std::size_t size);
  Document& document(std::string_view key, const Document& value);
  Document& array(std::string_view key, const std::vector<Document>& values);
  /// `entries` has the keys "0", "1", …
  Document& array_of(std::string_view key, const Document& entries);
  Document& integers(std::string_view key, const std::vector<std::int64_t>& values);
  Document& value(std::string_view key, const Value& value);
  /// Every member of `other`.
  Document& all_of(const Document& other);

  bool empty() const { return bson_empty(&bson_); }
  const bson_t* get() const { return &bson_; }
  /// For a call of the driver that always initializes its reply: what was here goes.
  bson_t* out_uninitialized();

 private:
  bson_t bson_;  // small ones live in here, without an allocation
};

/// Reads members of a document that lives elsewhere. A member of another kind counts as absent.
class Reader {
 public:
  explicit Reader(const bson_t* bson) : bson_(bson) {}

  std::optional<Value> find(const char* key) const;
  /// Absent or null.
  bool is_missing(const char* key) const;
  std::optional<std::string_view> text(const char* key) const;
  std::string text_or_empty(const char* key) const;
  /// Int32 or Int64.
  std::optional<std::int64_t> integer(const char* key) const;
  std::optional<Instant> instant(const char* key) const;
  std::optional<InvoiceId> id(const char* key) const;
  std::optional<std::string_view> binary(const char* key) const;
  /// Calls `read(const bson_t*)` with the document under `key`, if there is one.
  void document(const char* key, const std::function<void(const bson_t*)>& read) const;
  /// Calls `visit` for each entry of the array under `key`; false when there is none.
  bool each(const char* key, const std::function<void(const Value&)>& visit) const;

 private:
  const bson_t* bson_;
};

/// The document that `value` is, passed to `read`; false when it is none.
bool with_document(const Value& value, const std::function<void(const bson_t*)>& read);

}  // namespace invoicing::mongo
