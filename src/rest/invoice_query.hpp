#pragma once
// The parameters of GET /invoices and of other lists: strings in, checked values out, every fault
// at once.

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "domain/business_calendar.hpp"
#include "domain/money.hpp"
#include "domain/result.hpp"
#include "http/message.hpp"
#include "http/query_string.hpp"
#include "ports/invoice_store.hpp"

namespace invoicing::rest {

/// The request's parameters. Error invalid_parameter: badly encoded, not UTF-8, twice, or not one
/// of `known`.
Result<std::vector<http::QueryParameter>> read_parameters(
    const http::Request& request, std::initializer_list<std::string_view> known);

struct InvoiceQueryOptions {
  const BusinessCalendar& calendar;  ///< for dates without an offset
  Currency default_currency;         ///< of minAmount and maxAmount without `currency`
  bool streamed = false;             ///< NDJSON and CSV: no limit, no cursor
};

/// Errors invalid_parameter (all faults at once) and invalid_cursor.
Result<InvoiceQuery> read_invoice_query(const std::vector<http::QueryParameter>& parameters,
                                        const InvoiceQueryOptions& options);

/// 1 to 1000. Error invalid_parameter.
Result<std::size_t> read_limit(std::string_view text);

/// `<path?parameters&cursor=…>; rel="next"` with the parameters as they came, less any cursor.
std::string next_link(std::string_view path, const std::vector<http::QueryParameter>& parameters,
                      std::string_view cursor);

}  // namespace invoicing::rest
