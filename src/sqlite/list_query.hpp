#pragma once
// From the filters of a list to the statement whose every page costs what the first one does: the
// right index leads, its order is the list's order, and the page starts at a key.

#include <string>
#include <vector>

#include "ports/invoice_store.hpp"
#include "sqlite/connection.hpp"

namespace invoicing::sqlite {

/// A statement and the values for ?1, ?2, …; the texts in it belong to the query.
struct SelectStatement {
  std::string sql;
  std::vector<Value> values;
};

/// Which index leads.
enum class Lead {
  date,         ///< invoices_by_date alone
  recorded_at,  ///< invoices_by_recorded_at alone
  reference,
  customer,
  sku,       ///< the seconds that hold the SKU, each read by date
  voided,    ///< the void invoices by date
  currency,  ///< the quarters that hold the currency (and amounts in range), each by date
};

/// The lead for a list by date, either way: always in the list's order.
Lead lead_by_date(const InvoiceQuery& query);

/// Leads that may serve a list by recorded_at, or (recorded_at) a list by date restricted by
/// recorded_since, if few rows match: these are sorted then. Best first.
std::vector<Lead> narrow_leads(const InvoiceQuery& query);

/// Counts the rows that `lead` would read, at most kNarrowRowsMax + 1.
SelectStatement count_statement(const InvoiceQuery& query, Lead lead);
inline constexpr std::int64_t kNarrowRowsMax = 5000;

/// The page itself: id, json, voided, key, one row more than the limit.
SelectStatement page_statement(const InvoiceQuery& query, Lead lead);

}  // namespace invoicing::sqlite
