#pragma once
// The sums over a window, and which windows have changed. All throw MongoError.

#include <vector>

#include "domain/business_calendar.hpp"
#include "domain/figures.hpp"
#include "domain/result.hpp"
#include "mongo/session.hpp"

namespace invoicing::mongo {

/// Added up by the server, by pipelines of $match, $unwind, $group with $sum and $max: Int64 only,
/// and only where number × largest value proves that the sum fits; what that does not prove is
/// added up here in 128 bits. Error stored_data_invalid: a currency that is none.
Result<Figures> sum_window(Session& session, const Window& window);

/// The totals of the same, without a look at the items. Error as above.
Result<std::vector<CurrencyTotal>> sum_totals(Session& session, const Window& window);

/// The same from a stream of the invoices, added up here: what the server's sums are held against.
Result<Figures> sum_invoices(Session& session, const Window& window);

/// Which of `windows` (ascending, not overlapping) hold an invoice recorded or voided after
/// `since`.
std::vector<Window> windows_changed_since(Session& session, Instant since,
                                          const std::vector<Window>& windows);

}  // namespace invoicing::mongo
