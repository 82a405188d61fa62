#include "mongo/bson_document.hpp"

#include <algorithm>
#include <stdexcept>

namespace invoicing::mongo {
namespace {

void check(bool appended) {
  if (!appended) throw std::length_error("a BSON document is too long");
}

int length_of(std::string_view key) {
  return static_cast<int>(key.size());
}

std::int64_t to_ms(Instant instant) {
  return instant.time_since_epoch().count();
}

}  // namespace

Document& Document::operator=(Document&& other) noexcept {
  if (this == &other) return *this;
  bson_destroy(&bson_);
  bson_steal(&bson_, &other.bson_);
  bson_init(&other.bson_);
  return *this;
}

bson_t* Document::out_uninitialized() {
  bson_destroy(&bson_);
  return &bson_;
}

Document& Document::text(std::string_view key, std::string_view value) {
  check(bson_append_utf8(&bson_, key.data(), length_of(key), value.data(),
                         static_cast<int>(value.size())));
  return *this;
}

Document& Document::integer(std::string_view key, std::int64_t value) {
  check(bson_append_int64(&bson_, key.data(), length_of(key), value));
  return *this;
}

Document& Document::small(std::string_view key, std::int32_t value) {
  check(bson_append_int32(&bson_, key.data(), length_of(key), value));
  return *this;
}

Document& Document::number(std::string_view key, double value) {
  check(bson_append_double(&bson_, key.data(), length_of(key), value));
  return *this;
}

Document& Document::boolean(std::string_view key, bool value) {
  check(bson_append_bool(&bson_, key.data(), length_of(key), value));
  return *this;
}

Document& Document::null(std::string_view key) {
  check(bson_append_null(&bson_, key.data(), length_of(key)));
  return *this;
}

Document& Document::instant(std::string_view key, Instant value) {
  check(bson_append_date_time(&bson_, key.data(), length_of(key), to_ms(value)));
  return *this;
}

Document& Document::optional_instant(std::string_view key, const std::optional<Instant>& value) {
  return value ? instant(key, *value) : null(key);
}

Document& Document::id(std::string_view key, const InvoiceId& value) {
  bson_oid_t oid;
  bson_oid_init_from_data(&oid, value.bytes.data());
  check(bson_append_oid(&bson_, key.data(), length_of(key), &oid));
  return *this;
}

Document& Document::binary(std::string_view key, const std::uint8_t* bytes, std::size_t size) {
  check(bson_append_binary(&bson_, key.data(), length_of(key), BSON_SUBTYPE_BINARY, bytes,
                           static_cast<std::uint32_t>(size)));
  return *this;
}

Document& Document::document(std::string_view key, const Document& value) {
  check(bson_append_document(&bson_, key.data(), length_of(key), value.get()));
  return *this;
}

Document& Document::array(std::string_view key, const std::vector<Document>& values) {
  Document entries;
  std::size_t index = 0;
  for (const Document& value : values) entries.document(std::to_string(index++), value);
  return array_of(key, entries);
}

Document& Document::integers(std::string_view key, const std::vector<std::int64_t>& values) {
  Document entries;
  std::size_t index = 0;
  for (const auto value : values) entries.integer(std::to_string(index++), value);
  return array_of(key, entries);
}

Document& Document::array_of(std::string_view key, const Document& entries) {
  check(bson_append_array(&bson_, key.data(), length_of(key), entries.get()));
  return *this;
}

Document& Document::value(std::string_view key, const Value& value) {
  check(bson_append_iter(&bson_, key.data(), length_of(key), &value.at));
  return *this;
}

Document& Document::all_of(const Document& other) {
  check(bson_concat(&bson_, other.get()));
  return *this;
}

std::optional<Value> Reader::find(const char* key) const {
  Value value;
  if (!bson_iter_init_find(&value.at, bson_, key)) return std::nullopt;
  return value;
}

bool Reader::is_missing(const char* key) const {
  const auto value = find(key);
  return !value || BSON_ITER_HOLDS_NULL(&value->at) || BSON_ITER_HOLDS_UNDEFINED(&value->at);
}

std::optional<std::string_view> Reader::text(const char* key) const {
  const auto value = find(key);
  if (!value || !BSON_ITER_HOLDS_UTF8(&value->at)) return std::nullopt;
  std::uint32_t length = 0;
  const char* const text = bson_iter_utf8(&value->at, &length);
  return std::string_view(text, length);
}

std::string Reader::text_or_empty(const char* key) const {
  return std::string(text(key).value_or(std::string_view()));
}

std::optional<std::int64_t> Reader::integer(const char* key) const {
  const auto value = find(key);
  if (!value) return std::nullopt;
  if (!BSON_ITER_HOLDS_INT64(&value->at) && !BSON_ITER_HOLDS_INT32(&value->at)) return std::nullopt;
  return bson_iter_as_int64(&value->at);
}

std::optional<Instant> Reader::instant(const char* key) const {
  const auto value = find(key);
  if (!value || !BSON_ITER_HOLDS_DATE_TIME(&value->at)) return std::nullopt;
  return Instant(std::chrono::milliseconds(bson_iter_date_time(&value->at)));
}

std::optional<InvoiceId> Reader::id(const char* key) const {
  const auto value = find(key);
  if (!value || !BSON_ITER_HOLDS_OID(&value->at)) return std::nullopt;
  InvoiceId id;
  std::ranges::copy(bson_iter_oid(&value->at)->bytes, id.bytes.begin());
  return id;
}

std::optional<std::string_view> Reader::binary(const char* key) const {
  const auto value = find(key);
  if (!value || !BSON_ITER_HOLDS_BINARY(&value->at)) return std::nullopt;
  bson_subtype_t subtype{};
  std::uint32_t length = 0;
  const std::uint8_t* bytes = nullptr;
  bson_iter_binary(&value->at, &subtype, &length, &bytes);
  return std::string_view(reinterpret_cast<const char*>(bytes), length);
}

void Reader::document(const char* key, const std::function<void(const bson_t*)>& read) const {
  if (const auto value = find(key)) with_document(*value, read);
}

bool Reader::each(const char* key, const std::function<void(const Value&)>& visit) const {
  const auto value = find(key);
  if (!value || !BSON_ITER_HOLDS_ARRAY(&value->at)) return false;
  Value entry;
  if (!bson_iter_recurse(&value->at, &entry.at)) return false;
  while (bson_iter_next(&entry.at)) visit(entry);
  return true;
}

bool with_document(const Value& value, const std::function<void(const bson_t*)>& read) {
  if (!BSON_ITER_HOLDS_DOCUMENT(&value.at)) return false;
  std::uint32_t length = 0;
  const std::uint8_t* bytes = nullptr;
  bson_iter_document(&value.at, &length, &bytes);
  bson_t inner;
  if (!bson_init_static(&inner, bytes, length)) return false;
  read(&inner);
  return true;
}

}  // namespace invoicing::mongo
