#include "tests/support/memory/invoice_store.hpp"

#include <algorithm>
#include <tuple>

#include "codec/invoice_json.hpp"

namespace invoicing::memory {
namespace {

InvoiceDocument document_of(const Invoice& invoice) {
  return {invoice.id, codec::write_invoice(invoice), invoice.status()};
}

bool has_sku(const Invoice& invoice, const std::string& sku) {
  return std::ranges::any_of(invoice.items, [&](const Item& item) { return item.sku == sku; });
}

bool matches(const Invoice& invoice, const InvoiceQuery& query) {
  return (!query.from || invoice.date >= *query.from) && (!query.to || invoice.date < *query.to) &&
         (!query.customer || invoice.customer == *query.customer) &&
         (!query.reference || invoice.reference == *query.reference) &&
         (!query.sku || has_sku(invoice, *query.sku)) &&
         (!query.currency || invoice.amount.currency == *query.currency) &&
         (!query.status || invoice.status() == *query.status) &&
         (!query.min_minor || invoice.amount.minor >= *query.min_minor) &&
         (!query.max_minor || invoice.amount.minor <= *query.max_minor) &&
         (!query.recorded_since || invoice.recorded_at >= *query.recorded_since);
}

InvoicePosition position_of(const Invoice& invoice, InvoiceOrder order) {
  return {order == InvoiceOrder::by_recorded_at ? invoice.recorded_at : invoice.date, invoice.id};
}

bool comes_before(const InvoicePosition& a, const InvoicePosition& b, InvoiceOrder order) {
  const bool ascending = std::tie(a.key, a.id) < std::tie(b.key, b.id);
  const bool descending = std::tie(b.key, b.id) < std::tie(a.key, a.id);
  return order == InvoiceOrder::by_date_descending ? descending : ascending;
}

class Snapshot final : public SalesSnapshot {
 public:
  Snapshot(std::map<InvoiceId, Invoice> invoices, std::shared_ptr<Invoices> source, ChangeMark mark)
      : invoices_(std::move(invoices)), source_(std::move(source)), mark_(mark) {}

  ChangeMark mark() const override { return mark_; }

  Task<Result<Figures>> figures(Window window) override {
    Figures all;
    for (const auto& [id, invoice] : invoices_) {
      if (!window.contains(invoice.date)) continue;
      const Figures one = figures_of(invoice);
      all.totals.insert(all.totals.end(), one.totals.begin(), one.totals.end());
      all.skus.insert(all.skus.end(), one.skus.begin(), one.skus.end());
    }
    co_return normalized(std::move(all));
  }

  Task<Result<std::vector<CurrencyTotal>>> totals(Window window) override {
    auto all = co_await figures(window);
    co_return std::move(all->totals);
  }

  Task<Result<Figures>> figures_from_invoices(Window window) override { return figures(window); }

  Task<Result<std::vector<Window>>> changed_since(const ChangeMark& mark,
                                                  std::vector<Window> windows) override {
    const std::lock_guard lock(source_->mutex);
    const auto& changes = source_->changes;
    std::erase_if(windows, [&](const Window& window) {
      return std::none_of(changes.begin() + mark.sequence, changes.begin() + mark_.sequence,
                          [&](Instant date) { return window.contains(date); });
    });
    co_return windows;
  }

 private:
  const std::map<InvoiceId, Invoice> invoices_;
  const std::shared_ptr<Invoices> source_;
  const ChangeMark mark_;
};

}  // namespace

InsertOutcome MemoryInvoiceStore::insert_locked(const Invoice& invoice) {
  auto& by_id = invoices_->by_id;
  if (const auto there = by_id.find(invoice.id); there != by_id.end()) {
    if (there->second.request_hash != invoice.request_hash) {
      return {.result = InsertResult::clashed, .document = {}};
    }
    return {.result = InsertResult::replayed,
            .document = {invoice.id, codec::write_invoice_at_creation(there->second),
                         InvoiceStatus::issued}};
  }
  const bool is_taken = std::ranges::any_of(
      by_id, [&](const auto& entry) { return entry.second.reference == invoice.reference; });
  if (unique_reference_ && is_taken) {
    return {.result = InsertResult::reference_taken, .document = {}};
  }
  by_id.emplace(invoice.id, invoice);
  invoices_->changes.push_back(invoice.date);
  return {.result = InsertResult::created, .document = document_of(invoice)};
}

Task<Result<InsertOutcome>> MemoryInvoiceStore::insert(const Invoice& invoice) {
  const std::lock_guard lock(invoices_->mutex);
  co_return insert_locked(invoice);
}

Task<std::vector<Result<InsertOutcome>>> MemoryInvoiceStore::insert_all(
    std::span<const Invoice> invoices) {
  const std::lock_guard lock(invoices_->mutex);
  std::vector<Result<InsertOutcome>> outcomes;
  for (const auto& invoice : invoices) outcomes.emplace_back(insert_locked(invoice));
  co_return outcomes;
}

Task<Result<std::optional<InvoiceDocument>>> MemoryInvoiceStore::find(const InvoiceId& id) {
  const std::lock_guard lock(invoices_->mutex);
  const auto there = invoices_->by_id.find(id);
  if (there == invoices_->by_id.end()) co_return std::optional<InvoiceDocument>();
  co_return std::optional<InvoiceDocument>(document_of(there->second));
}

Task<Result<std::optional<VoidOutcome>>> MemoryInvoiceStore::mark_void(const InvoiceId& id,
                                                                       const Voiding& voiding) {
  const std::lock_guard lock(invoices_->mutex);
  const auto there = invoices_->by_id.find(id);
  if (there == invoices_->by_id.end()) co_return std::optional<VoidOutcome>();
  VoidOutcome outcome;
  if (there->second.voiding) {
    outcome.result = VoidResult::already_void;
  } else {
    there->second.voiding = voiding;
    invoices_->changes.push_back(there->second.date);
  }
  outcome.document = document_of(there->second);
  co_return std::optional<VoidOutcome>(std::move(outcome));
}

Task<Result<InvoicePage>> MemoryInvoiceStore::list(const InvoiceQuery& query) {
  const std::lock_guard lock(invoices_->mutex);
  std::vector<const Invoice*> found;
  for (const auto& [id, invoice] : invoices_->by_id) {
    const auto position = position_of(invoice, query.order);
    const bool is_after = !query.after || comes_before(*query.after, position, query.order);
    if (is_after && matches(invoice, query)) found.push_back(&invoice);
  }
  std::ranges::sort(found, [&](const Invoice* a, const Invoice* b) {
    return comes_before(position_of(*a, query.order), position_of(*b, query.order), query.order);
  });
  InvoicePage page;
  if (found.size() > query.limit) {
    found.resize(query.limit);
    page.next = position_of(*found.back(), query.order);
  }
  for (const auto* invoice : found) page.documents.push_back(document_of(*invoice));
  co_return page;
}

Task<Result<std::unique_ptr<SalesSnapshot>>> MemorySalesLedger::snapshot(Instant now) {
  const std::lock_guard lock(invoices_->mutex);
  const ChangeMark mark{.seen_until = now,
                        .sequence = static_cast<std::int64_t>(invoices_->changes.size())};
  co_return std::unique_ptr<SalesSnapshot>(
      std::make_unique<Snapshot>(invoices_->by_id, invoices_, mark));
}

}  // namespace invoicing::memory
