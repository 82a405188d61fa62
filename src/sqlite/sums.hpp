#pragma once
// The statements behind a snapshot's sums. All run inside the caller's read transaction and throw
// SqlError.

#include <cstdint>
#include <vector>

#include "domain/business_calendar.hpp"
#include "domain/figures.hpp"
#include "domain/result.hpp"
#include "domain/sales_report.hpp"
#include "sqlite/connection.hpp"

namespace invoicing::sqlite {

/// From the roll-ups; the ends that are no whole quarters from the invoices of those quarters.
/// Error stored_data_invalid: a currency that is none.
Result<Figures> sum_window(Connection& connection, const Window& window);

/// The totals of the same, without a look at the SKUs. Errors as above.
Result<std::vector<CurrencyTotal>> sum_totals(Connection& connection, const Window& window);

/// From the invoices alone. Errors as above.
Result<Figures> sum_invoices(Connection& connection, const Window& window);

/// Which of the windows may hold a change with a sequence number above `mark.sequence`. Never
/// leaves one out: what was not noted as a late change (dates after the end of the last sealed
/// window of that time) counts as changed.
std::vector<Window> windows_changed_since(Connection& connection, const ChangeMark& mark,
                                          const std::vector<Window>& windows);

}  // namespace invoicing::sqlite
