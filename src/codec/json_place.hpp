#pragma once
// Reading members of untrusted JSON one after the other: the first fault sticks, with the JSON
// pointer of its place, and what is read afterwards means nothing.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "codec/json_tree.hpp"
#include "domain/error.hpp"
#include "domain/instant.hpp"
#include "domain/int128.hpp"
#include "domain/money.hpp"

namespace invoicing::codec {

/// A value and the way to it; the parent must outlive it.
class JsonPlace {
 public:
  explicit JsonPlace(const JsonValue& root) : value_(root) {}
  JsonPlace(const JsonValue& value, const JsonPlace& parent, std::string_view key)
      : value_(value), parent_(&parent), key_(key) {}
  JsonPlace(const JsonValue& value, const JsonPlace& parent, std::size_t index)
      : value_(value), parent_(&parent), index_(index) {}

  const JsonValue& value() const { return value_; }
  std::string pointer() const;

 private:
  JsonValue value_;
  const JsonPlace* parent_ = nullptr;
  std::string_view key_;
  std::optional<std::size_t> index_;
};

/// The largest figure that is taken: no store holds as much, and sums of many stay in 128 bits.
inline constexpr Int128 kMaxFigure =
    static_cast<Int128>(1'000'000'000'000'000'000) * 1'000'000'000'000'000'000;
/// The same for counts and numbers.
inline constexpr std::int64_t kMaxCount = 1'000'000'000'000'000;

/// Each function reads the member `key` of `object`; a missing member is a fault unless said
/// otherwise.
class JsonPlaceReader {
 public:
  std::optional<JsonPlace> member(const JsonPlace& object, std::string_view key, JsonKind kind);
  /// Nothing, and no fault, where the member is null.
  std::optional<JsonPlace> nullable(const JsonPlace& object, std::string_view key, JsonKind kind);

  std::string string(const JsonPlace& object, std::string_view key);
  Instant instant(const JsonPlace& object, std::string_view key);
  Day day(const JsonPlace& object, std::string_view key);
  Currency currency(const JsonPlace& object, std::string_view key);
  /// least <= value <= kMaxCount.
  std::int64_t integer(const JsonPlace& object, std::string_view key, std::int64_t least);
  /// The same for an element of an array.
  std::int64_t integer(const JsonPlace& place, std::int64_t least);
  /// The scaled value; at most `digits` fraction digits, |value| <= kMaxFigure.
  Int128 figure(const JsonPlace& object, std::string_view key, int digits);

  void fail(const JsonPlace& object, std::string_view key, std::string_view what);
  void fail(const JsonPlace& place, std::string_view what);
  bool ok() const { return !fault_; }
  /// validation_failed with the first fault; call only unless ok().
  Error error() const;

 private:
  std::optional<Fault> fault_;
};

}  // namespace invoicing::codec
