#include "app/void_invoice.hpp"

#include <utility>

namespace invoicing {

Task<Result<VoidOutcome>> VoidInvoice::make_void(InvoiceId id, std::string reason, std::string by) {
  const Voiding voiding{clock_.now(), std::move(reason), std::move(by)};
  auto outcome = co_await store_.mark_void(id, voiding);
  if (!outcome) co_return outcome.error();
  if (!*outcome) {
    co_return Error(ErrorCode::invoice_not_found, "no invoice has the id " + id.to_hex());
  }
  co_return std::move(**outcome);
}

}  // namespace invoicing
