#include "services/common/report_text.hpp"

#include <algorithm>

#include "domain/decimal.hpp"

namespace invoicing::services {

namespace {

constexpr std::size_t kSkusShown = 20;

std::string totals_text(const Figures& figures) {
  if (figures.totals.empty()) return "no sales";
  std::string text;
  for (const CurrencyTotal& total : figures.totals) {
    if (!text.empty()) text += ", ";
    text += format_decimal(total.amount_minor, total.currency.digits()) + " " +
            std::string(total.currency.code()) + " in " + std::to_string(total.invoices) +
            " invoice(s)";
    if (total.voids != 0) text += " and " + std::to_string(total.voids) + " void";
  }
  return text;
}

std::string window_name(ReportNumber number, const std::optional<Day>& day) {
  if (!day) return "before the opening";
  return "report " + std::to_string(number) + ", " + format_day(*day);
}

// SKUs are printable as they came, but for what a terminal could take as a command.
std::string printable(const std::string& text) {
  std::string safe = text;
  std::replace_if(
      safe.begin(), safe.end(),
      [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }, '?');
  return safe;
}

void append_skus(std::string& text, std::vector<SkuQuantity> skus) {
  std::sort(skus.begin(), skus.end(), [](const SkuQuantity& a, const SkuQuantity& b) {
    return a.milli != b.milli ? a.milli > b.milli : a.sku < b.sku;
  });
  const std::size_t shown = std::min(skus.size(), kSkusShown);
  for (std::size_t i = 0; i < shown; ++i) {
    text += "  " + printable(skus[i].sku) + ": " + format_decimal_shortest(skus[i].milli, 3) + "\n";
  }
  if (skus.size() > shown) {
    text += "  and " + std::to_string(skus.size() - shown) + " more\n";
  }
}

}  // namespace

std::string report_text(const SalesReport& report) {
  std::string text = report.sealed ? "Report " : "Running day, not sealed; to become report ";
  text += std::to_string(report.number) + "\n";
  text += "Business day " + format_day(report.business_day) + ", " +
          format_instant(report.window.from) + " to " + format_instant(report.window.to) + " (" +
          report.time_zone + ", cut-off " + report.cut_off + ")\n";
  text += "Sales: " + totals_text(report.figures) + "\n";
  append_skus(text, report.figures.skus);
  for (const Correction& correction : report.corrections) {
    text += "Correction of " + window_name(correction.number, correction.business_day) + ": " +
            totals_text(correction.figures) + "\n";
  }
  if (report.opening_balance) {
    text += "Opening balance: " + totals_text(report.opening_balance->figures) + "\n";
  }
  return text;
}

std::string audit_text(const AuditResult& result) {
  std::string text;
  std::size_t pending = 0;
  std::size_t differing = 0;
  for (const AuditedWindow& window : result.windows) {
    if (window.verdict == AuditVerdict::agrees) continue;
    const bool is_pending = window.verdict == AuditVerdict::pending;
    ++(is_pending ? pending : differing);
    text += std::string(is_pending ? "pending: " : "DIFFERS: ") +
            window_name(window.window.number, window.window.business_day) +
            ": invoices less reports " + totals_text(window.difference) + ", " +
            std::to_string(window.difference.skus.size()) + " SKU(s)\n";
  }
  text += "reported: " + totals_text(result.reported) + "\n";
  text += "invoiced: " + totals_text(result.invoiced) + "\n";
  text += std::to_string(result.windows.size()) + " windows, " + std::to_string(pending) +
          " pending, " + std::to_string(differing) + " differ\n";
  return text;
}

}  // namespace invoicing::services
