#include "codec/report_json.hpp"

#include "codec/json_writer.hpp"
#include "codec/report_parts.hpp"
#include "domain/decimal.hpp"

namespace invoicing::codec {
namespace {

void append_skus(std::string& out, const std::vector<SkuQuantity>& skus) {
  out += '[';
  for (const SkuQuantity& quantity : skus) {
    if (out.back() != '[') out += ',';
    out += R"({"sku":)";
    append_json_string(out, quantity.sku);
    out += R"(,"qt":)";
    append_decimal_shortest(out, quantity.milli, kQuantityDigits);
    out += '}';
  }
  out += ']';
}

void append_correction(std::string& out, const Correction& correction) {
  out += R"({"number":)";
  append_json_integer(out, correction.number);
  out += R"(,"businessDay":)";
  append_json_optional_day(out, correction.business_day);
  out += R"(,"from":)";
  append_json_optional_instant(out, correction.from);
  out += R"(,"to":)";
  append_json_instant(out, correction.to);
  out += R"(,"totals":)";
  append_totals(out, correction.figures.totals);
  out += R"(,"skuQuantities":)";
  append_skus(out, correction.figures.skus);
  out += '}';
}

void append_corrections(std::string& out, const SalesReport& report) {
  out += R"(,"corrections":[)";
  for (const Correction& correction : report.corrections) {
    if (out.back() != '[') out += ',';
    append_correction(out, correction);
  }
  out += R"(],"openingBalance":)";
  if (report.opening_balance) {
    append_correction(out, *report.opening_balance);
  } else {
    out += "null";
  }
}

void append_compared(std::string& out, const std::optional<ComparedDay>& compared) {
  if (!compared) {
    out += "null";
    return;
  }
  out += R"({"number":)";
  append_json_integer(out, compared->number);
  out += R"(,"businessDay":)";
  append_json_day(out, compared->business_day);
  out += R"(,"totals":)";
  append_totals(out, compared->totals);
  out += '}';
}

void append_history(std::string& out, const std::vector<HistoryDay>& history) {
  out += '[';
  for (const HistoryDay& day : history) {
    if (out.back() != '[') out += ',';
    out += R"({"businessDay":)";
    append_json_day(out, day.business_day);
    out += R"(,"number":)";
    if (day.report) {
      append_json_integer(out, day.report->number);
      out += R"(,"totals":)";
      append_totals(out, day.report->totals);
    } else {
      out += R"(null,"totals":null)";
    }
    out += '}';
  }
  out += ']';
}

void append_pending(std::string& out, const std::vector<ReportNumber>& pending) {
  out += '[';
  for (const ReportNumber number : pending) {
    if (out.back() != '[') out += ',';
    append_json_integer(out, number);
  }
  out += ']';
}

void append_start(std::string& out, const SalesReport& report) {
  if (!report.sealed) {
    out += R"({"sealed":false,"schema":1,)";
    return;
  }
  out += R"({"schema":1,"reportId":)";
  append_json_string(out, report.report_id);
  out += ',';
}

}  // namespace

void append_report_head(std::string& out, const SalesReport& report) {
  out += R"("number":)";
  append_json_integer(out, report.number);
  out += R"(,"businessDay":)";
  append_json_day(out, report.business_day);
  out += R"(,"from":)";
  append_json_instant(out, report.window.from);
  out += R"(,"to":)";
  append_json_instant(out, report.window.to);
  out += R"(,"timeZone":)";
  append_json_string(out, report.time_zone);
  out += R"(,"cutOff":)";
  append_json_string(out, report.cut_off);
  out += R"(,"generatedAt":)";
  append_json_instant(out, report.generated_at);
  out += R"(,"currency":)";
  append_json_string(out, report.currency.code());
}

void append_total_sales(std::string& out, const SalesReport& report) {
  const CurrencyTotal total = total_of(report.figures.totals, report.currency);
  append_decimal(out, total.amount_minor, report.currency.digits());
}

void append_totals(std::string& out, const std::vector<CurrencyTotal>& totals) {
  out += '[';
  for (const CurrencyTotal& total : totals) {
    if (out.back() != '[') out += ',';
    out += R"({"currency":)";
    append_json_string(out, total.currency.code());
    out += R"(,"invoices":)";
    append_json_integer(out, total.invoices);
    out += R"(,"amount":)";
    append_decimal(out, total.amount_minor, total.currency.digits());
    out += R"(,"voids":)";
    append_json_integer(out, total.voids);
    out += '}';
  }
  out += ']';
}

std::string write_report(const SalesReport& report) {
  std::string out;
  append_start(out, report);
  append_report_head(out, report);
  out += R"(,"totalSales":)";
  append_total_sales(out, report);
  out += R"(,"totalSkuQuantities":)";
  append_skus(out, report.figures.skus);
  out += R"(,"totals":)";
  append_totals(out, report.figures.totals);
  append_corrections(out, report);
  if (report.sealed) {
    out += R"(,"seenUntil":)";
    append_json_instant(out, report.mark.seen_until);
  }
  out += R"(,"pending":)";
  append_pending(out, report.pending);
  out += R"(,"comparisons":{"previousDay":)";
  append_compared(out, report.previous_day);
  out += R"(,"sameWeekdayLastWeek":)";
  append_compared(out, report.same_weekday_last_week);
  out += R"(},"history":)";
  append_history(out, report.history);
  out += '}';
  return out;
}

std::string write_report_message(const SalesReport& report) {
  return R"({"pattern":"daily_sales_report","data":)" + write_report(report) + "}";
}

}  // namespace invoicing::codec
