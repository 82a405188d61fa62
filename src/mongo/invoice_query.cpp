#include "mongo/invoice_query.hpp"

#include <algorithm>

namespace invoicing::mongo {
namespace {

bool is_descending(const InvoiceQuery& query) {
  return query.order == InvoiceOrder::by_date_descending;
}

bool is_by_recorded_at(const InvoiceQuery& query) {
  return query.order == InvoiceOrder::by_recorded_at;
}

/// Bounds of one instant member; only what is an instant lies within any.
class Range {
 public:
  void at_least(Instant bound) { first_ = std::max(first_, bound); }
  void before(Instant bound) { end_ = std::min(end_.value_or(bound), bound); }
  void after(Instant bound) { at_least(bound + std::chrono::milliseconds{1}); }

  Document document() const {
    Document range;
    range.instant("$gte", first_);
    if (end_) range.instant("$lt", *end_);
    return range;
  }

 private:
  Instant first_ = kFirstDate;
  std::optional<Instant> end_;
};

Range dates_of(const InvoiceQuery& query) {
  Range range;
  if (query.from) range.at_least(*query.from);
  if (query.to) range.before(*query.to);
  return range;
}

/// Every filter but the two instants.
Document conditions_of(const InvoiceQuery& query, const Currency& default_currency) {
  Document conditions;
  if (query.customer) conditions.text("customer", *query.customer);
  if (query.reference) conditions.text("reference", *query.reference);
  if (query.sku) conditions.text("items.sku", *query.sku);
  if (query.currency == default_currency) {
    // A document of the original has no currency until it is adopted.
    Document either;
    either.text("0", query.currency->code()).null("1");
    Document in;
    conditions.document("currency", in.array_of("$in", either));
  } else if (query.currency) {
    conditions.text("currency", query.currency->code());
  }
  if (query.status == InvoiceStatus::voided) conditions.text("status", "void");
  if (query.status == InvoiceStatus::issued) {
    Document other;
    conditions.document("status", other.text("$ne", "void"));
  }
  if (query.min_minor || query.max_minor) {
    Document range;
    if (query.min_minor) range.integer("$gte", *query.min_minor);
    if (query.max_minor) range.integer("$lte", *query.max_minor);
    conditions.document("amountMinor", range);
  }
  return conditions;
}

}  // namespace

std::vector<Document> filters_of(const InvoiceQuery& query, const Currency& default_currency) {
  const Document conditions = conditions_of(query, default_currency);
  const bool by_recorded_at = is_by_recorded_at(query);
  const char* const key = by_recorded_at ? "recordedAt" : "date";
  Range recorded;
  if (query.recorded_since) recorded.at_least(*query.recorded_since);
  Range in_order = by_recorded_at ? recorded : dates_of(query);

  Document others = conditions;
  if (by_recorded_at) {
    others.document("date", dates_of(query).document());
  } else if (query.recorded_since) {
    others.document("recordedAt", recorded.document());
  }
  std::vector<Document> filters;
  if (query.after) {
    // The position itself may lie outside the bounds only when somebody made it up.
    Document beyond;
    beyond.id(is_descending(query) ? "$lt" : "$gt", query.after->id);
    Document same = others;
    Range instant = in_order;
    instant.at_least(query.after->key);
    instant.before(query.after->key + std::chrono::milliseconds{1});
    filters.push_back(std::move(same.document(key, instant.document()).document("_id", beyond)));
    if (is_descending(query)) {
      in_order.before(query.after->key);
    } else {
      in_order.after(query.after->key);
    }
  }
  others.document(key, in_order.document());
  filters.push_back(std::move(others));
  return filters;
}

Document sort_of(const InvoiceQuery& query) {
  const std::int32_t direction = is_descending(query) ? -1 : 1;
  Document sort;
  sort.small(is_by_recorded_at(query) ? "recordedAt" : "date", direction).small("_id", direction);
  return sort;
}

}  // namespace invoicing::mongo
