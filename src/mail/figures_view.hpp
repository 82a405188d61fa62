#pragma once
// The parts of the report's view that show figures: a block per currency, a line per SKU, the
// corrections.

#include <vector>

#include "domain/sales_report.hpp"
#include "mail/view.hpp"

namespace invoicing::mail {

/// One block per currency: the default one first (there even without sales), then in order of
/// code; those too that were sold on a compared day only, so that a fall to nothing is seen.
View::List currency_views(const SalesReport& report);

/// The `limit` largest quantities, largest first; equal ones by name.
View::List sku_views(const std::vector<SkuQuantity>& skus, std::size_t limit);

enum class Signs {
  written,   ///< "+2": what is added to something
  negative,  ///< "2" and "-2"
};

/// A correction, or the opening balance, under the name of its window.
View correction_view(const Correction& correction, std::size_t sku_limit, Signs signs);

/// Day, corrections and opening balance together, a line per currency; empty where there is
/// neither a correction nor an opening balance.
View::List booked_views(const SalesReport& report);

/// "310.50 EUR, 20.00 USD and 2 more", or "no sales".
std::string headline(const SalesReport& report);

/// "1 invoice", "2 invoices", "-1 invoice".
std::string counted(std::int64_t count, const std::string& one, const std::string& many);

}  // namespace invoicing::mail
