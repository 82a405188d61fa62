#include "domain/figures.hpp"

#include <algorithm>
#include <utility>

namespace invoicing {
namespace {

void merge_totals(std::vector<CurrencyTotal>& totals) {
  std::sort(totals.begin(), totals.end(),
            [](const CurrencyTotal& a, const CurrencyTotal& b) { return a.currency < b.currency; });
  std::size_t kept = 0;
  for (std::size_t i = 0; i < totals.size();) {
    CurrencyTotal total = totals[i];
    for (++i; i < totals.size() && totals[i].currency == total.currency; ++i) {
      total.invoices += totals[i].invoices;
      total.amount_minor += totals[i].amount_minor;
      total.voids += totals[i].voids;
    }
    if (!total.is_zero()) totals[kept++] = total;
  }
  totals.resize(kept);
}

void merge_skus(std::vector<SkuQuantity>& skus) {
  std::sort(skus.begin(), skus.end(),
            [](const SkuQuantity& a, const SkuQuantity& b) { return a.sku < b.sku; });
  std::size_t kept = 0;
  for (std::size_t i = 0; i < skus.size();) {
    SkuQuantity quantity = std::move(skus[i]);
    for (++i; i < skus.size() && skus[i].sku == quantity.sku; ++i) quantity.milli += skus[i].milli;
    if (quantity.milli != 0) skus[kept++] = std::move(quantity);
  }
  skus.resize(kept);
}

Figures combine(Figures a, const Figures& b, int sign) {
  a.totals.reserve(a.totals.size() + b.totals.size());
  for (const CurrencyTotal& total : b.totals) {
    a.totals.push_back(
        {total.currency, sign * total.invoices, sign * total.amount_minor, sign * total.voids});
  }
  a.skus.reserve(a.skus.size() + b.skus.size());
  for (const SkuQuantity& quantity : b.skus) {
    a.skus.push_back({quantity.sku, sign * quantity.milli});
  }
  return normalized(std::move(a));
}

}  // namespace

Figures normalized(Figures figures) {
  merge_totals(figures.totals);
  merge_skus(figures.skus);
  return figures;
}

Figures sum(const Figures& a, const Figures& b) {
  return combine(a, b, 1);
}

Figures difference(const Figures& a, const Figures& b) {
  return combine(a, b, -1);
}

Figures figures_of(const Invoice& invoice) {
  Figures figures;
  if (invoice.voiding) {
    figures.totals.push_back({invoice.amount.currency, 0, 0, 1});
    return figures;
  }
  figures.totals.push_back({invoice.amount.currency, 1, invoice.amount.minor, 0});
  figures.skus.reserve(invoice.items.size());
  for (const Item& item : invoice.items) figures.skus.push_back({item.sku, item.qt.milli});
  merge_skus(figures.skus);
  return figures;
}

}  // namespace invoicing
