#include "codec/json_place.hpp"

#include "codec/text_rules.hpp"
#include "domain/decimal.hpp"

namespace invoicing::codec {
namespace {

std::string_view name_of(JsonKind kind) {
  switch (kind) {
    case JsonKind::null:
      return "null";
    case JsonKind::boolean:
      return "a boolean";
    case JsonKind::number:
      return "a number";
    case JsonKind::string:
      return "a string";
    case JsonKind::array:
      return "an array";
    case JsonKind::object:
      return "an object";
  }
  return "another value";
}

}  // namespace

std::string JsonPlace::pointer() const {
  if (parent_ == nullptr) return {};
  return parent_->pointer() + "/" + (index_ ? std::to_string(*index_) : escape_pointer_token(key_));
}

std::optional<JsonPlace> JsonPlaceReader::member(const JsonPlace& object, std::string_view key,
                                                 JsonKind kind) {
  const auto value = object.value().find(key);
  if (value && value->is(kind)) return JsonPlace(*value, object, key);
  fail(object, key,
       std::string(value ? "it is not " : "it is missing, add ") + std::string(name_of(kind)));
  return std::nullopt;
}

std::optional<JsonPlace> JsonPlaceReader::nullable(const JsonPlace& object, std::string_view key,
                                                   JsonKind kind) {
  const auto value = object.value().find(key);
  if (value && value->is(JsonKind::null)) return std::nullopt;
  return member(object, key, kind);
}

std::string JsonPlaceReader::string(const JsonPlace& object, std::string_view key) {
  const auto place = member(object, key, JsonKind::string);
  return place ? std::string(place->value().text()) : std::string();
}

Instant JsonPlaceReader::instant(const JsonPlace& object, std::string_view key) {
  const auto place = member(object, key, JsonKind::string);
  if (!place) return {};
  const auto instant = parse_rfc3339(place->value().text());
  if (!instant) fail(*place, "it is not an instant as RFC 3339 has it");
  return instant.value_or(Instant{});
}

Day JsonPlaceReader::day(const JsonPlace& object, std::string_view key) {
  const auto place = member(object, key, JsonKind::string);
  if (!place) return {};
  const auto day = parse_day(place->value().text());
  if (!day) fail(*place, "it is not a day as YYYY-MM-DD");
  return day.value_or(Day{});
}

Currency JsonPlaceReader::currency(const JsonPlace& object, std::string_view key) {
  const auto place = member(object, key, JsonKind::string);
  if (!place) return {};
  const auto currency = Currency::from_code(place->value().text());
  if (!currency) fail(*place, "it is not a currency of ISO 4217");
  return currency.value_or(Currency());
}

std::int64_t JsonPlaceReader::integer(const JsonPlace& object, std::string_view key,
                                      std::int64_t least) {
  const auto place = member(object, key, JsonKind::number);
  return place ? integer(*place, least) : 0;
}

std::int64_t JsonPlaceReader::integer(const JsonPlace& place, std::int64_t least) {
  const ParsedDecimal parsed = parse_decimal(place.value().text(), 0);
  if (!place.value().is(JsonKind::number) || parsed.fault != DecimalFault::none ||
      parsed.scaled < least || parsed.scaled > kMaxCount) {
    fail(place, "it is not a whole number in range");
  }
  return parsed.scaled;
}

Int128 JsonPlaceReader::figure(const JsonPlace& object, std::string_view key, int digits) {
  const auto place = member(object, key, JsonKind::number);
  if (!place) return 0;
  const ParsedWideDecimal parsed = parse_wide_decimal(place->value().text(), digits);
  if (parsed.fault == DecimalFault::too_many_digits) {
    fail(*place, "it has too many fraction digits");
  } else if (parsed.fault != DecimalFault::none || parsed.scaled > kMaxFigure ||
             parsed.scaled < -kMaxFigure) {
    fail(*place, "it is not a number in range");
  }
  return parsed.scaled;
}

void JsonPlaceReader::fail(const JsonPlace& object, std::string_view key, std::string_view what) {
  fail(JsonPlace(object.value(), object, key), what);
}

void JsonPlaceReader::fail(const JsonPlace& place, std::string_view what) {
  if (!fault_) fault_ = Fault{place.pointer(), "invalid_value", std::string(what)};
}

Error JsonPlaceReader::error() const {
  return Error(ErrorCode::validation_failed,
               "the member " + fault_->pointer + " cannot be read: " + fault_->detail, {*fault_});
}

}  // namespace invoicing::codec
