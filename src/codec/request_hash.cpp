#include "codec/request_hash.hpp"

#include <algorithm>

#include "codec/json_writer.hpp"
#include "domain/decimal.hpp"

namespace invoicing::codec {
namespace {

/// Netstrings: the length of each part stands before it, so no two lists of parts look alike.
class PartWriter {
 public:
  void add(std::string_view part) {
    append_json_integer(bytes_, static_cast<std::int64_t>(part.size()));
    bytes_ += ':';
    bytes_ += part;
  }
  void add(std::int64_t number) { add(std::to_string(number)); }
  const std::string& bytes() const { return bytes_; }

 private:
  std::string bytes_;
};

std::int64_t milliseconds_of(const LocalTime& local) {
  return (local.day + local.time_of_day).time_since_epoch().count();
}

}  // namespace

RequestHash hash_request(const RequestContent& content) {
  const Invoice& invoice = content.invoice;
  PartWriter parts;
  parts.add("invoice 1");
  parts.add(invoice.customer);
  // The decimal and not the minor units: their meaning hangs on the default currency.
  parts.add(format_decimal_shortest(invoice.amount.minor, invoice.amount.currency.digits()));
  parts.add(content.has_currency ? invoice.amount.currency.code() : std::string_view());
  parts.add(invoice.reference);
  parts.add(content.instant ? "instant" : content.local ? "local" : "none");
  if (content.instant) parts.add(content.instant->time_since_epoch().count());
  if (content.local) parts.add(milliseconds_of(*content.local));
  parts.add(static_cast<std::int64_t>(invoice.items.size()));
  for (const Item& item : invoice.items) {
    parts.add(item.sku);
    parts.add(item.qt.milli);
  }
  Metadata metadata = invoice.metadata;
  std::sort(metadata.begin(), metadata.end());
  for (const auto& [key, value] : metadata) {
    parts.add(key);
    parts.add(value);
  }
  return {sha256(parts.bytes())};
}

}  // namespace invoicing::codec
