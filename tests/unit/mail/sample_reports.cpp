#include "tests/unit/mail/sample_reports.hpp"

#include <array>

namespace invoicing::mail::samples {
namespace {

CurrencyTotal total(const char* code, std::int64_t invoices, Int128 minor, std::int64_t voids = 0) {
  return {currency(code), invoices, minor, voids};
}

/// 14 days before 2026-11-22; no report on the 12th.
std::vector<HistoryDay> two_weeks() {
  constexpr std::array<std::int64_t, 14> kEuroMinor{84500,  120940, 99010,  113350, 0,
                                                    151200, 178099, 95900,  88040,  102250,
                                                    131000, 142420, 166700, 109640};
  std::vector<HistoryDay> history;
  for (std::size_t i = 0; i < kEuroMinor.size(); ++i) {
    HistoryDay entry{day("2026-11-08") + std::chrono::days{i}, std::nullopt};
    if (kEuroMinor[i] > 0)
      entry.report = ComparedDay{static_cast<ReportNumber>(i < 4 ? i - 2 : i - 3),
                                 entry.business_day,
                                 {total("EUR", 12, kEuroMinor[i])}};
    history.push_back(entry);
  }
  return history;
}

}  // namespace

Currency currency(const char* code) {
  return Currency::from_code(code).value();
}

Instant instant(const char* rfc3339) {
  return parse_rfc3339(rfc3339).value();
}

Day day(const char* iso) {
  return parse_day(iso).value();
}

SalesReport plain_day() {
  SalesReport report;
  report.report_id = "6921a0f0c0ffee0123456789";
  report.number = 12;
  report.business_day = day("2026-11-22");
  report.window = {instant("2026-11-21T11:00:00Z"), instant("2026-11-22T11:00:00Z")};
  report.time_zone = "Europe/Berlin";
  report.cut_off = "12:00";
  report.generated_at = instant("2026-11-22T11:00:00.412Z");
  report.currency = currency("EUR");
  report.figures.totals = {total("EUR", 3, 31050)};
  report.figures.skus = {{"DG334", 2000}};
  report.previous_day = ComparedDay{11, day("2026-11-21"), {total("EUR", 2, 27600)}};
  return report;
}

SalesReport busy_day() {
  SalesReport report = plain_day();
  report.figures.totals = {total("EUR", 17, 123450, 1), total("USD", 2, 99900)};
  report.figures.skus.clear();
  for (int i = 10; i < 47; ++i)
    report.figures.skus.push_back({"DG3" + std::to_string(i), Int128{(i * 7919) % 29 + 1} * 500});
  Correction returned{10,
                      day("2026-11-20"),
                      instant("2026-11-19T11:00:00Z"),
                      instant("2026-11-20T11:00:00Z"),
                      {{total("EUR", -1, -4000, 1)}, {{"DG334", -1000}}}};
  Correction late{7,
                  day("2026-11-17"),
                  instant("2026-11-16T11:00:00Z"),
                  instant("2026-11-17T11:00:00Z"),
                  {{total("EUR", 2, 125000)}, {{"DG310", 2500}, {"DG311", 12000}}}};
  report.corrections = {late, returned};
  report.pending = {3};
  report.previous_day =
      ComparedDay{11, day("2026-11-21"), {total("EUR", 14, 109640), total("USD", 1, 120000)}};
  report.same_weekday_last_week = ComparedDay{5, day("2026-11-15"), {total("EUR", 16, 127400)}};
  report.history = two_weeks();
  return report;
}

SalesReport day_without_sales() {
  SalesReport report = plain_day();
  report.figures = {};
  report.same_weekday_last_week = ComparedDay{5, day("2026-11-15"), {}};
  report.history = two_weeks();
  return report;
}

SalesReport first_report() {
  SalesReport report = plain_day();
  report.number = 1;
  report.previous_day.reset();
  Correction opening;
  opening.to = report.window.from;
  opening.figures.totals = {total("EUR", 211, 1845075)};
  opening.figures.skus = {{"DG334", 150000}, {"DG335", 61500}};
  report.opening_balance = opening;
  for (int i = 14; i > 0; --i)
    report.history.push_back({report.business_day - std::chrono::days{i}, std::nullopt});
  return report;
}

SalesReport running_day() {
  SalesReport report = busy_day();
  report.sealed = false;
  report.corrections.clear();
  report.pending.clear();
  report.generated_at = instant("2026-11-22T08:30:12Z");
  return report;
}

SalesReport original_report() {
  SalesReport report;
  report.generated_at = instant("2026-11-22T12:00:00Z");
  report.figures.totals = {total("USD", 0, 31050)};
  report.figures.skus = {{"DG334", 2000}, {"DG335", 1500}};
  return report;
}

SalesReport hostile_report() {
  SalesReport report = busy_day();
  report.report_id = "x\r\nBcc: all@example.com\r\n\r\n<script>alert(1)</script>";
  report.time_zone = "Europe/<img src=x>\r\nBcc: all@example.com";
  report.figures.skus = {
      {"<script>alert('sku')</script>", 9000},
      {"\"onmouseover=\"alert(1)", 8000},
      {"a\r\nBcc: victim@example.com", 7000},
      {"{{#skus}}{{{sku}}}{{/skus}}", 6000},
      {"\xE2\x80\xAE"
       "desrever \xD7\xA9\xD7\x9C\xD7\x95\xD7\x9D",
       5000},
      {std::string("nul\0inside", 10), 4000},
      {"bad \xFF\xC3 bytes", 3000},
      {"=HYPERLINK(\"http://evil\")", 2000},
      {std::string(10'000, 'W'), 1000},
  };
  return report;
}

SalesReport report_of_skus(int count) {
  SalesReport report = busy_day();
  report.figures.skus.clear();
  for (int i = 0; i < count; ++i)
    report.figures.skus.push_back(
        {"SKU-" + std::to_string(1'000'000 + i), Int128{i % 977 + 1} * 1000});
  return report;
}

}  // namespace invoicing::mail::samples
