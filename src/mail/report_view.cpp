#include "mail/report_view.hpp"

#include <algorithm>
#include <array>

#include "mail/display_text.hpp"
#include "mail/figures_view.hpp"
#include "mail/number_text.hpp"

namespace invoicing::mail {
namespace {

constexpr std::size_t kZoneCharacters = 60;
constexpr std::size_t kPendingListed = 10;

constexpr std::array<std::string_view, 71> kNames{
    ".",
    "average",
    "before",
    "booked",
    "business_day",
    "chart_alt",
    "chart_src",
    "changes",
    "code",
    "compared_day",
    "corrected_day",
    "corrected_number",
    "corrections",
    "csv_name",
    "currencies",
    "day",
    "down",
    "final",
    "generated_at",
    "has_average",
    "has_booked",
    "has_chart",
    "has_corrections",
    "has_counts",
    "has_csv",
    "has_day",
    "has_invoices",
    "has_links",
    "has_more_corrections",
    "has_more_skus",
    "has_pending",
    "has_percent",
    "has_skus",
    "has_voids",
    "has_window",
    "headline",
    "invoices",
    "invoices_counted",
    "known",
    "link_mail",
    "link_report",
    "money",
    "more_corrections",
    "more_skus",
    "no_sales",
    "number",
    "odd_window",
    "opening",
    "opening_until",
    "original",
    "pending",
    "percent",
    "preheader",
    "preview",
    "quantity",
    "relation",
    "report_id",
    "same",
    "has_opening",
    "sku",
    "sku_count",
    "skus",
    "total",
    "totals",
    "up",
    "voids",
    "voids_counted",
    "window_from",
    "window_length",
    "window_to",
    "zone",
};

bool has_sales(const SalesReport& report) {
  return std::any_of(report.figures.totals.begin(), report.figures.totals.end(),
                     [](const CurrencyTotal& t) { return t.invoices != 0 || t.amount_minor != 0; });
}

void set_identity(View& view, const SalesReport& report, const LocalTimes& times) {
  const bool original = is_original(report);
  view.set("original", original);
  view.set("preview", !original && !report.sealed);
  view.set("final", !original && report.sealed);
  view.set("number", std::to_string(report.number));
  view.set("business_day", format_day(day_of(report)));
  view.set("day", long_day_text(day_of(report)));
  view.set("report_id", shown(report.report_id, 40));
  view.set("generated_at", times.text(report.generated_at));
}

void set_window(View& view, const SalesReport& report, const LocalTimes& times) {
  const bool known = !report.window.empty();
  const auto length = report.window.to - report.window.from;
  view.set("has_window", known);
  view.set("window_from", known ? times.text(report.window.from) : std::string());
  view.set("window_to", known ? times.text(report.window.to) : std::string());
  view.set("odd_window", known && length != std::chrono::hours{24});
  view.set("window_length", known ? duration_text(length) : std::string());
  view.set("zone", shown(times.zone(), kZoneCharacters));
}

void set_skus(View& view, const SalesReport& report) {
  const auto count = static_cast<std::int64_t>(report.figures.skus.size());
  View::List skus = sku_views(report.figures.skus, kSkusInMail);
  const auto more = count - static_cast<std::int64_t>(skus.size());
  view.set("has_skus", count > 0).set("sku_count", counted(count, "SKU", "SKUs"));
  view.set("skus", std::move(skus));
  view.set("has_more_skus", more > 0).set("more_skus", count_text(more));
}

void set_corrections(View& view, const SalesReport& report, const LocalTimes& times) {
  View::List corrections;
  for (const Correction& correction : report.corrections) {
    if (corrections.size() == kCorrectionsInMail) break;
    corrections.push_back(correction_view(correction, kSkusPerCorrection, Signs::written));
  }
  const std::size_t more = report.corrections.size() - corrections.size();
  view.set("has_corrections", !corrections.empty());
  view.set("corrections", std::move(corrections));
  view.set("has_more_corrections", more > 0);
  view.set("more_corrections", counted(static_cast<std::int64_t>(more), "day", "days"));

  const auto& balance = report.opening_balance;
  const bool has_opening = balance && !balance->figures.is_zero();
  View::List opening;
  if (has_opening)
    opening.push_back(correction_view(*balance, kSkusPerCorrection, Signs::negative));
  view.set("has_opening", has_opening).set("opening", std::move(opening));
  view.set("opening_until", has_opening ? times.text(balance->to) : std::string());

  View::List booked = booked_views(report);
  view.set("has_booked", !booked.empty()).set("booked", std::move(booked));
}

/// "2 days (reports 3 and 7)".
std::string pending_text(const std::vector<ReportNumber>& pending) {
  std::string numbers;
  for (std::size_t i = 0; i < std::min(pending.size(), kPendingListed); ++i)
    numbers += (i == 0 ? "" : ", ") + std::to_string(pending[i]);
  if (pending.size() > kPendingListed) numbers += ", …";
  return counted(static_cast<std::int64_t>(pending.size()), "earlier day", "earlier days") +
         (pending.size() == 1 ? " (report " : " (reports ") + numbers + ')';
}

void set_links(View& view, const SalesReport& report, const ViewSurroundings& surroundings) {
  const bool linked = !surroundings.public_url.empty() && !is_original(report);
  const std::string resource =
      surroundings.public_url + "/reports/" +
      (report.sealed ? format_day(report.business_day) : std::string("current"));
  view.set("has_links", linked);
  view.set("link_report", linked ? resource : std::string());
  // The running day has no mail of its own to look at.
  view.set("link_mail", linked ? resource + (report.sealed ? "/mail" : "") : std::string());
}

/// What a list of mails shows behind the subject.
std::string preheader(const SalesReport& report) {
  if (!has_sales(report)) return "No sales in this window.";
  std::int64_t invoices = 0;
  for (const CurrencyTotal& total : report.figures.totals) invoices += total.invoices;
  std::string line = headline(report);
  if (invoices > 0) line += " from " + counted(invoices, "invoice", "invoices");
  if (!report.previous_day || report.figures.totals.size() != 1) return line;
  const CurrencyTotal& now = report.figures.totals.front();
  const auto before = total_of(report.previous_day->totals, now.currency).amount_minor;
  const auto permille = change_permille(before, now.amount_minor);
  if (permille) line += ", " + percent_text(*permille) + " on the day before";
  return line;
}

}  // namespace

bool is_original(const SalesReport& report) {
  return report.number == 0;
}

Day day_of(const SalesReport& report) {
  if (!is_original(report)) return report.business_day;
  return Day(std::chrono::floor<std::chrono::days>(report.generated_at).time_since_epoch());
}

View make_report_view(const SalesReport& report, const ViewSurroundings& surroundings) {
  const LocalTimes times(report.time_zone);
  View view;
  set_identity(view, report, times);
  set_window(view, report, times);
  view.set("headline", headline(report)).set("preheader", preheader(report));
  view.set("no_sales", !has_sales(report)).set("currencies", currency_views(report));
  set_skus(view, report);
  set_corrections(view, report, times);
  view.set("has_pending", !report.pending.empty());
  view.set("pending", report.pending.empty() ? std::string() : pending_text(report.pending));
  view.set("has_chart", !surroundings.chart_src.empty());
  view.set("chart_src", surroundings.chart_src).set("chart_alt", surroundings.chart_alt);
  view.set("has_csv", !surroundings.csv_name.empty()).set("csv_name", surroundings.csv_name);
  set_links(view, report, surroundings);
  return view;
}

std::span<const std::string_view> view_names() {
  return kNames;
}

}  // namespace invoicing::mail
