#include "mail/figures_view.hpp"

#include <algorithm>
#include <set>

#include "mail/display_text.hpp"
#include "mail/number_text.hpp"
#include "mail/report_view.hpp"

namespace invoicing::mail {
namespace {

constexpr std::size_t kSkuCharacters = 60;
constexpr std::size_t kHeadlineCurrencies = 3;
constexpr auto kWeek = std::chrono::days{7};

/// By size of the number, so that in a correction, negative more often than not, what moved most
/// comes first; equal ones by name.
std::vector<const SkuQuantity*> largest(const std::vector<SkuQuantity>& skus, std::size_t limit) {
  const auto magnitude = [](const SkuQuantity* sku) {
    return sku->milli < 0 ? -sku->milli : sku->milli;
  };
  std::vector<const SkuQuantity*> order;
  order.reserve(skus.size());
  for (const SkuQuantity& sku : skus) order.push_back(&sku);
  const std::size_t count = std::min(limit, order.size());
  std::partial_sort(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(count), order.end(),
                    [&](const SkuQuantity* a, const SkuQuantity* b) {
                      const Int128 x = magnitude(a);
                      const Int128 y = magnitude(b);
                      return x != y ? x > y : a->sku < b->sku;
                    });
  order.resize(count);
  return order;
}

/// How `now` stands against `compared`, which may be missing.
View change_view(const std::string& relation, const std::optional<ComparedDay>& compared,
                 const CurrencyTotal& now) {
  View view;
  view.set("relation", relation).set("known", compared.has_value());
  const Int128 before = compared ? total_of(compared->totals, now.currency).amount_minor : 0;
  const auto permille = change_permille(before, now.amount_minor);
  view.set("compared_day", compared ? day_text(compared->business_day) : std::string());
  view.set("before", money_text(before, now.currency));
  view.set("has_percent", compared.has_value() && permille.has_value());
  view.set("percent", permille ? percent_text(*permille) : std::string());
  const bool up = compared && now.amount_minor > before;
  const bool down = compared && now.amount_minor < before;
  view.set("up", up).set("down", down).set("same", compared && !up && !down);
  return view;
}

/// "the day before", or "the report before" where a zone change or a skipped name lies between.
std::string relation_to_previous(const SalesReport& report) {
  const bool adjacent = report.previous_day && report.previous_day->business_day ==
                                                   report.business_day - std::chrono::days{1};
  return adjacent || !report.previous_day ? "Day before" : "Report before";
}

std::string relation_to_week(const SalesReport& report) {
  const auto& week = report.same_weekday_last_week;
  return !week || week->business_day == report.business_day - kWeek ? "Week before"
                                                                    : "Earlier report";
}

View currency_view(const SalesReport& report, const CurrencyTotal& total) {
  View view;
  view.set("code", std::string(total.currency.code()));
  view.set("total", amount_text(total.amount_minor, total.currency));
  view.set("has_counts", !is_original(report));
  view.set("invoices", count_text(total.invoices));
  view.set("invoices_counted", counted(total.invoices, "invoice", "invoices"));
  view.set("has_average", total.invoices > 0);
  view.set("average",
           total.invoices > 0
               ? money_text(average_minor(total.amount_minor, total.invoices), total.currency)
               : std::string());
  view.set("voids", count_text(total.voids));
  view.set("voids_counted", counted(total.voids, "void", "voids"));
  view.set("has_voids", total.voids != 0);
  View::List changes;
  if (!is_original(report)) {
    changes.push_back(change_view(relation_to_previous(report), report.previous_day, total));
    changes.push_back(change_view(relation_to_week(report), report.same_weekday_last_week, total));
  }
  view.set("changes", std::move(changes));
  return view;
}

View sku_view(const SkuQuantity& sku, Signs signs) {
  const std::string quantity = quantity_text(sku.milli);
  View view;
  view.set("sku", shown(sku.sku, kSkuCharacters));
  view.set("quantity", signs == Signs::written ? with_sign(quantity) : quantity);
  return view;
}

}  // namespace

std::string counted(std::int64_t count, const std::string& one, const std::string& many) {
  return count_text(count) + ' ' + (count == 1 || count == -1 ? one : many);
}

View::List currency_views(const SalesReport& report) {
  std::set<Currency> others;
  const auto note = [&](const std::vector<CurrencyTotal>& totals) {
    for (const CurrencyTotal& total : totals) others.insert(total.currency);
  };
  note(report.figures.totals);
  if (report.previous_day) note(report.previous_day->totals);
  if (report.same_weekday_last_week) note(report.same_weekday_last_week->totals);
  others.erase(report.currency);
  View::List views{currency_view(report, total_of(report.figures.totals, report.currency))};
  for (const Currency& currency : others)
    views.push_back(currency_view(report, total_of(report.figures.totals, currency)));
  return views;
}

View::List sku_views(const std::vector<SkuQuantity>& skus, std::size_t limit) {
  View::List views;
  for (const SkuQuantity* sku : largest(skus, limit))
    views.push_back(sku_view(*sku, Signs::negative));
  return views;
}

View correction_view(const Correction& correction, std::size_t sku_limit, Signs signs) {
  const auto written = [signs](std::string number) {
    return signs == Signs::written ? with_sign(std::move(number)) : number;
  };
  View view;
  view.set("has_day", correction.business_day.has_value());
  view.set("corrected_day", correction.business_day ? day_text(*correction.business_day) : "");
  view.set("corrected_number", std::to_string(correction.number));
  View::List totals;
  for (const CurrencyTotal& total : correction.figures.totals) {
    View line;
    line.set("money", written(money_text(total.amount_minor, total.currency)));
    line.set("has_invoices", total.invoices != 0);
    line.set("invoices_counted", written(counted(total.invoices, "invoice", "invoices")));
    line.set("has_voids", total.voids != 0);
    line.set("voids_counted", written(counted(total.voids, "void", "voids")));
    totals.push_back(std::move(line));
  }
  view.set("totals", std::move(totals));
  View::List skus;
  for (const SkuQuantity* sku : largest(correction.figures.skus, sku_limit))
    skus.push_back(sku_view(*sku, signs));
  const std::size_t more = correction.figures.skus.size() - skus.size();
  view.set("skus", std::move(skus));
  view.set("has_more_skus", more > 0).set("more_skus", count_text(static_cast<std::int64_t>(more)));
  return view;
}

View::List booked_views(const SalesReport& report) {
  View::List views;
  if (report.corrections.empty() && !report.opening_balance) return views;
  Figures all{report.figures.totals, {}};
  for (const Correction& correction : report.corrections)
    all.totals.insert(all.totals.end(), correction.figures.totals.begin(),
                      correction.figures.totals.end());
  if (report.opening_balance)
    all.totals.insert(all.totals.end(), report.opening_balance->figures.totals.begin(),
                      report.opening_balance->figures.totals.end());
  for (const CurrencyTotal& total : normalized(std::move(all)).totals) {
    View line;
    line.set("money", money_text(total.amount_minor, total.currency));
    line.set("invoices_counted", counted(total.invoices, "invoice", "invoices"));
    views.push_back(std::move(line));
  }
  return views;
}

std::string headline(const SalesReport& report) {
  std::string line;
  std::size_t listed = 0;
  std::size_t more = 0;
  const auto add = [&](const CurrencyTotal& total) {
    if (total.invoices == 0 && total.amount_minor == 0) return;
    if (listed == kHeadlineCurrencies) {
      ++more;
      return;
    }
    line += (listed++ == 0 ? "" : ", ") + money_text(total.amount_minor, total.currency);
  };
  add(total_of(report.figures.totals, report.currency));
  for (const CurrencyTotal& total : report.figures.totals)
    if (total.currency != report.currency) add(total);
  if (more > 0) line += " and " + std::to_string(more) + " more";
  return listed == 0 ? "no sales" : line;
}

}  // namespace invoicing::mail
