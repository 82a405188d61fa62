#pragma once
// Runs bytes through the reader of queue messages, and as texts into CSV rows that must read back
// cell by cell and never start a formula.

#include <string>
#include <string_view>
#include <vector>

#include "codec/invoice_csv.hpp"
#include "codec/report_json.hpp"
#include "tests/fuzz/json_exercise.hpp"

namespace invoicing::fuzz {

/// The rows of an RFC 4180 text; aborts where it is none.
inline std::vector<std::vector<std::string>> read_csv(std::string_view text) {
  std::vector<std::vector<std::string>> rows;
  std::vector<std::string> row(1);
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quoted) {
      if (c != '"') {
        row.back() += c;
      } else if (i + 1 < text.size() && text[i + 1] == '"') {
        row.back() += text[++i];
      } else {
        quoted = false;
      }
    } else if (c == '"') {
      require(row.back().empty(), "a quote at the start of a cell only");
      quoted = true;
    } else if (c == ',') {
      row.emplace_back();
    } else if (c == '\r') {
      require(i + 1 < text.size() && text[++i] == '\n', "CRLF line ends");
      rows.push_back(std::move(row));
      row.assign(1, {});
    } else {
      require(c != '\n', "CRLF line ends");
      row.back() += c;
    }
  }
  require(!quoted && row.size() == 1 && row[0].empty(), "a last line that ends");
  return rows;
}

/// The cell that shows `text`: as it is, or with an apostrophe in front of a formula.
inline bool shows(std::string_view cell, std::string_view text) {
  if (cell == text)
    return text.empty() ||
           std::string_view("=+-@\t\r").find(text.front()) == std::string_view::npos;
  return cell.size() == text.size() + 1 && cell.front() == '\'' && cell.substr(1) == text;
}

inline void check_rows(const std::string& text) {
  Invoice invoice;
  invoice.customer = text;
  invoice.reference = text;
  invoice.items = {{text, {1'500}}, {"a", {1}}};
  invoice.voiding = Voiding{Instant{}, text, {}};
  std::string csv = codec::csv_header();
  codec::append_csv_rows(csv, invoice);
  const auto rows = read_csv(csv);
  require(rows.size() == 3, "a header and a row for each item");
  for (const auto& row : rows) require(row.size() == rows[0].size(), "as many cells in each row");
  require(shows(rows[1][2], text) && shows(rows[1][3], text) && shows(rows[1][8], text) &&
              shows(rows[1][12], text),
          "each text in its own cell, and no formula");
}

inline void exercise_csv(std::string_view bytes) {
  check_rows(std::string(bytes));
  const auto report = codec::read_report_message(bytes);
  static_cast<void>(codec::read_report(bytes));
  if (!report) return;
  const auto rows = read_csv(codec::write_sku_csv(*report));
  require(rows.size() == report->figures.skus.size() + 1, "a row for each SKU");
  // Ours reads back the same; what the original sent has no number and is never written.
  if (report->number == 0) return;
  const std::string written = codec::write_report_message(*report);
  const auto again = codec::read_report_message(written);
  require(again && *again == *report, "a report read back");
}

}  // namespace invoicing::fuzz
