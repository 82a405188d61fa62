#pragma once
// Runs bytes through the reader of queue messages: malformed, or at fault in a named place, or a
// report that is written and read again without a change.

#include <string>
#include <string_view>

#include "codec/report_json.hpp"
#include "tests/fuzz/json_exercise.hpp"

namespace invoicing::fuzz {

inline bool is_ordered(const Figures& figures) {
  const auto by_currency = [](const auto& a, const auto& b) { return !(a.currency < b.currency); };
  const auto by_sku = [](const auto& a, const auto& b) { return a.sku >= b.sku; };
  return std::adjacent_find(figures.totals.begin(), figures.totals.end(), by_currency) ==
             figures.totals.end() &&
         std::adjacent_find(figures.skus.begin(), figures.skus.end(), by_sku) == figures.skus.end();
}

inline void check_report(const SalesReport& report) {
  require(is_ordered(report.figures), "figures in their fixed form");
  for (const Correction& correction : report.corrections) {
    require(is_ordered(correction.figures), "corrections in their fixed form");
  }
  if (report.number == 0) return;  // the original's; it is never written
  const std::string written = codec::write_report(report);
  require(JsonOracle::accepts(written), "a report that is JSON");
  const auto again = codec::read_report(written);
  require(again && *again == report, "a report read back");
  require(codec::write_report(*again) == written, "the same bytes written again");
  const auto message = codec::read_report_message(codec::write_report_message(report));
  require(message && *message == report, "a message read back");
}

inline void exercise_report(std::string_view bytes) {
  const bool is_json = JsonOracle::accepts(bytes);
  const auto message = codec::read_report_message(bytes);
  if (message) {
    require(is_json, "a message that is JSON");
    check_report(*message);
  } else {
    const ErrorCode code = message.error().code();
    require(code == (is_json ? ErrorCode::validation_failed : ErrorCode::malformed_json),
            "malformed_json for what is not JSON and nothing else");
    require(!message.error().detail().empty(), "a sentence for the log");
  }
  const auto stored = codec::read_report(bytes);
  if (stored) {
    check_report(*stored);
  } else {
    require(stored.error().code() == ErrorCode::stored_data_invalid, "one code for a bad store");
  }
}

}  // namespace invoicing::fuzz
