#include "codec/invoice_csv.hpp"

#include <string_view>

#include "domain/decimal.hpp"

namespace invoicing::codec {
namespace {

constexpr std::string_view kLineEnd = "\r\n";

/// Spreadsheets run a cell that starts with one of these as a formula.
bool starts_like_formula(std::string_view text) {
  return !text.empty() && std::string_view("=+-@\t\r").find(text.front()) != std::string_view::npos;
}

void append_text_cell(std::string& out, std::string_view text) {
  const bool quoted = text.find_first_of(",\"\r\n") != std::string_view::npos;
  if (quoted) out += '"';
  if (starts_like_formula(text)) out += '\'';
  for (const char c : text) {
    if (c == '"') out += '"';
    out += c;
  }
  if (quoted) out += '"';
}

/// The columns before `item`, the same in every row of the invoice.
std::string first_cells(const Invoice& invoice) {
  std::string out = invoice.id.to_hex() + ',';
  append_instant(out, invoice.date);
  out += ',';
  append_text_cell(out, invoice.customer);
  out += ',';
  append_text_cell(out, invoice.reference);
  out += invoice.voiding ? ",void," : ",issued,";
  out += invoice.amount.currency.code();
  out += ',';
  append_decimal(out, invoice.amount.minor, invoice.amount.currency.digits());
  out += ',';
  return out;
}

/// The columns behind `qt`.
std::string last_cells(const Invoice& invoice) {
  std::string out = ",";
  append_instant(out, invoice.recorded_at);
  out += ',';
  if (invoice.voiding) append_instant(out, invoice.voiding->at);
  out += ',';
  if (invoice.voiding) append_text_cell(out, invoice.voiding->reason);
  out += kLineEnd;
  return out;
}

}  // namespace

std::string csv_header() {
  return "id,date,customer,reference,status,currency,amount,item,sku,qt,recordedAt,voidedAt,"
         "voidReason\r\n";
}

void append_csv_rows(std::string& out, const Invoice& invoice) {
  const std::string first = first_cells(invoice);
  const std::string last = last_cells(invoice);
  std::size_t number = 0;
  for (const Item& item : invoice.items) {
    out += first;
    out += std::to_string(++number);
    out += ',';
    append_text_cell(out, item.sku);
    out += ',';
    append_decimal_shortest(out, item.qt.milli, kQuantityDigits);
    out += last;
  }
}

std::string write_sku_csv(const SalesReport& report) {
  std::string out = "sku,qt\r\n";
  for (const SkuQuantity& quantity : report.figures.skus) {
    append_text_cell(out, quantity.sku);
    out += ',';
    append_decimal_shortest(out, quantity.milli, kQuantityDigits);
    out += kLineEnd;
  }
  return out;
}

}  // namespace invoicing::codec
