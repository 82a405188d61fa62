#pragma once
// What is added up over a window: per currency the number of invoices, their amount and the voids,
// per SKU the quantity. Void invoices count in `voids` only.

#include <cstdint>
#include <string>
#include <vector>

#include "domain/int128.hpp"
#include "domain/invoice.hpp"
#include "domain/money.hpp"

namespace invoicing {

struct CurrencyTotal {
  Currency currency;
  std::int64_t invoices = 0;  ///< may be negative in a correction, as all figures there
  Int128 amount_minor = 0;
  std::int64_t voids = 0;

  bool is_zero() const { return invoices == 0 && amount_minor == 0 && voids == 0; }
  friend bool operator==(const CurrencyTotal&, const CurrencyTotal&) = default;
};

struct SkuQuantity {
  std::string sku;
  Int128 milli = 0;

  friend bool operator==(const SkuQuantity&, const SkuQuantity&) = default;
};

/// Sums with a fixed form: `totals` in order of currency code, `skus` in order of SKU bytes, each
/// at most once, none that is all zero. Equal sums are therefore equal values.
struct Figures {
  std::vector<CurrencyTotal> totals;
  std::vector<SkuQuantity> skus;

  bool is_zero() const { return totals.empty() && skus.empty(); }
  friend bool operator==(const Figures&, const Figures&) = default;
};

/// Brings arbitrary entries (any order, repeated, zeros) into the fixed form.
Figures normalized(Figures figures);
/// a + b and a - b, in the fixed form.
Figures sum(const Figures& a, const Figures& b);
Figures difference(const Figures& a, const Figures& b);
/// What one invoice adds to the figures of its window, in its present state.
Figures figures_of(const Invoice& invoice);

}  // namespace invoicing
