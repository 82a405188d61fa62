#pragma once
// Runs documents of a hostile database through what reads them: a named fault, or a value that is
// written and read again without a change. Bytes that begin with 'j' are a document as extended
// JSON and those with 'r' make a report of ours, so that whole documents are found; others are BSON
// as it comes from the wire.

#include <memory>
#include <string_view>

#include <bson/bson.h>

#include "mongo/delivery_documents.hpp"
#include "mongo/invoice_documents.hpp"
#include "mongo/report_documents.hpp"
#include "tests/fuzz/fuzzed_report.hpp"
#include "tests/fuzz/json_exercise.hpp"
#include "tests/fuzz/report_exercise.hpp"

namespace invoicing::fuzz {

template <typename Value>
bool is_read(const Result<Value>& value) {
  if (value) return true;
  require(value.error().code() == ErrorCode::stored_data_invalid, "one code for a bad store");
  require(!value.error().detail().empty(), "a sentence for the log");
  return false;
}

inline void exercise_document(const bson_t* document) {
  const Currency currency;
  if (const auto stored = mongo::from_document(document, currency); is_read(stored)) {
    const auto written = mongo::to_document(stored->invoice, false);
    const auto again = mongo::from_document(written.get(), currency);
    require(again && again->invoice == stored->invoice, "the same invoice read back");
    mongo::to_answer(stored->invoice);
  }
  if (const auto report = mongo::read_report(document); is_read(report)) {
    const auto written = mongo::to_document(*report);
    const auto again = mongo::read_report(written.get());
    require(again && *again == *report, "the same report read back");
  }
  is_read(mongo::read_head(document));
  is_read(mongo::read_entry(document));
  if (const auto books = mongo::read_books(document); is_read(books)) {
    const auto written = mongo::to_document(*books);
    const auto again = mongo::read_books(written.get());
    require(again && bson_equal(mongo::to_document(*again).get(), written.get()),
            "the same books read back");
  }
  mongo::read_note(document);
  if (const auto delivery = mongo::read_delivery(document); is_read(delivery)) {
    const auto written = mongo::to_document(*delivery);
    const auto again = mongo::read_delivery(written.get());
    require(again && bson_equal(mongo::to_document(*again).get(), written.get()),
            "the same delivery read back");
  }
}

inline void exercise_bson(std::string_view bytes) {
  if (bytes.starts_with('j')) {
    const std::unique_ptr<bson_t, decltype(&bson_destroy)> document(
        bson_new_from_json(reinterpret_cast<const std::uint8_t*>(bytes.data() + 1),
                           static_cast<ssize_t>(bytes.size() - 1), nullptr),
        bson_destroy);
    if (document) exercise_document(document.get());
    return;
  }
  if (bytes.starts_with('r')) {
    exercise_document(mongo::to_document(FuzzedReport(bytes.substr(1)).next()).get());
    return;
  }
  bson_t document;
  const auto* const data = reinterpret_cast<const std::uint8_t*>(bytes.data());
  if (bson_init_static(&document, data, bytes.size())) exercise_document(&document);
}

}  // namespace invoicing::fuzz
