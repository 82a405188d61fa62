#include "app/create_invoice.hpp"

#include <utility>

namespace invoicing {

namespace {

Result<InsertOutcome> refuse_conflicts(Result<InsertOutcome> outcome) {
  if (!outcome) return outcome;
  switch (outcome->result) {
    case InsertResult::created:
    case InsertResult::replayed:
      return outcome;
    case InsertResult::clashed:
      return Error(ErrorCode::idempotency_key_reused,
                   "this Idempotency-Key came before with another body; nothing was stored: send "
                   "the first body again, or use a new key for a new invoice");
    case InsertResult::reference_taken:
      return Error(ErrorCode::reference_taken,
                   "another invoice has this reference and references are unique here; nothing was "
                   "stored");
  }
  return Error(ErrorCode::internal_error);
}

}  // namespace

Invoice CreateInvoice::complete(NewInvoice request) {
  const Instant now = clock_.now();
  Invoice invoice = std::move(request.invoice);
  invoice.recorded_at = now;
  if (!request.has_date) invoice.date = now;
  invoice.id = request.idempotency_key.empty()
                   ? ids_.next(now)
                   : InvoiceId::from_idempotency_key(request.owner, request.idempotency_key);
  return invoice;
}

Task<Result<InsertOutcome>> CreateInvoice::create(NewInvoice request) {
  const Invoice invoice = complete(std::move(request));
  auto outcome = co_await store_.insert(invoice);
  co_return refuse_conflicts(std::move(outcome));
}

Task<std::vector<Result<InsertOutcome>>> CreateInvoice::create_all(
    std::vector<NewInvoice> requests) {
  std::vector<Invoice> invoices;
  invoices.reserve(requests.size());
  for (NewInvoice& request : requests) invoices.push_back(complete(std::move(request)));
  auto outcomes = co_await store_.insert_all(invoices);
  for (auto& outcome : outcomes) outcome = refuse_conflicts(std::move(outcome));
  co_return outcomes;
}

}  // namespace invoicing
