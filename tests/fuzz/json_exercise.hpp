#pragma once
// Runs bytes through the reader of request bodies and aborts if a promise is broken. Used by the
// fuzzer, and by a unit test on every file of the corpus.

#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "codec/invoice_json.hpp"
#include "codec/json_tree.hpp"
#include "tests/fuzz/json_oracle.hpp"

namespace invoicing::fuzz {

inline void require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "broken promise: %s\n", what);
  std::abort();
}

inline const BusinessCalendar& berlin() {
  static const BusinessCalendar calendar = *BusinessCalendar::create("Europe/Berlin", "12:00");
  return calendar;
}

inline void check_invoice(const Invoice& invoice) {
  require(invoice.amount.minor >= 0 && invoice.amount.minor <= kMaxMinorUnits,
          "an amount in range");
  require(!invoice.items.empty() && invoice.items.size() <= kMaxItems, "items in range");
  for (const Item& item : invoice.items) {
    require(item.qt.milli > 0 && item.qt.milli <= kMaxQuantityMilli, "a quantity in range");
    require(!item.sku.empty(), "a SKU");
  }
  require(invoice.metadata.size() <= kMaxMetadataPairs, "metadata in range");
  // What was taken is stored as JSON that reads back as the same invoice.
  const std::string stored = codec::write_invoice(invoice);
  require(JsonOracle::accepts(stored), "a document that is JSON");
  auto read = codec::read_invoice(stored);
  require(read.has_value(), "a document that reads back");
  read->request_hash = invoice.request_hash;
  require(*read == invoice, "the same invoice read back");
  require(codec::write_invoice(*read) == stored, "the same bytes written again");
}

inline void exercise_json(std::string_view body) {
  const bool is_json = JsonOracle::accepts(body);
  require(codec::thread_json_tree().read(body).has_value() == is_json, "the JSON of RFC 8259");

  const codec::InvoiceRequestOptions options{&berlin(), Currency(), true};
  const auto request = codec::read_invoice_request(body, options);
  if (request) {
    require(is_json, "a body that is JSON");
    check_invoice(request->invoice);
  } else {
    const bool malformed = request.error().code() == ErrorCode::malformed_json;
    require(malformed == !is_json, "malformed_json for what is not JSON and nothing else");
    require(malformed == request.error().faults().empty(), "faults for a body that is JSON");
  }
  const auto reason = codec::read_void_request(body);
  require(!reason || !reason->empty(), "a reason");
  static_cast<void>(codec::read_invoice(body));
}

}  // namespace invoicing::fuzz
