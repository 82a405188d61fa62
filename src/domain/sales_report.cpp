#include "domain/sales_report.hpp"

namespace invoicing {

CurrencyTotal total_of(const std::vector<CurrencyTotal>& totals, const Currency& currency) {
  CurrencyTotal found{currency, 0, 0, 0};
  for (const CurrencyTotal& total : totals) {
    if (total.currency == currency) found = total;
  }
  return found;
}

Figures reported_by(const SalesReport& report, ReportNumber number) {
  Figures reported;
  if (report.number == number) reported = report.figures;
  for (const Correction& correction : report.corrections) {
    if (correction.number == number) reported = sum(reported, correction.figures);
  }
  if (report.opening_balance && report.opening_balance->number == number) {
    reported = sum(reported, report.opening_balance->figures);
  }
  return reported;
}

}  // namespace invoicing
