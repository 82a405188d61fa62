#include "sqlite/list_query.hpp"

#include <array>

#include "sqlite/schema.hpp"
#include "sqlite/time_columns.hpp"

namespace invoicing::sqlite {
namespace {

bool is_descending(const InvoiceQuery& query) {
  return query.order == InvoiceOrder::by_date_descending;
}

bool is_by_recorded_at(const InvoiceQuery& query) {
  return query.order == InvoiceOrder::by_recorded_at;
}

/// Writes conditions and remembers their values.
class Builder {
 public:
  void add(std::string_view text) { statement_.sql += text; }

  /// The number of a parameter with this value, as "?3".
  std::string parameter(Value value) {
    statement_.values.push_back(value);
    return "?" + std::to_string(statement_.values.size());
  }

  /// "AND left operation ?n".
  void condition(std::string_view left, std::string_view operation, Value value) {
    add(" AND ");
    add(left);
    add(operation);
    add(parameter(value));
  }

  SelectStatement take() { return std::move(statement_); }

 private:
  SelectStatement statement_;
};

/// The bounds of the dates that a list by date still has to read, in ms: [first, last].
struct DateBounds {
  std::optional<std::int64_t> first;
  std::optional<std::int64_t> last;
};

DateBounds remaining_dates(const InvoiceQuery& query) {
  DateBounds bounds;
  if (query.from) bounds.first = to_ms(*query.from);
  if (query.to) bounds.last = to_ms(*query.to) - 1;
  if (query.after && !is_by_recorded_at(query)) {
    const std::int64_t key = to_ms(query.after->key);
    if (is_descending(query)) {
      bounds.last = bounds.last ? std::min(*bounds.last, key) : key;
    } else {
      bounds.first = bounds.first ? std::max(*bounds.first, key) : key;
    }
  }
  return bounds;
}

/// The position of the page already lies within the bound.
bool is_past_recorded_since(const InvoiceQuery& query) {
  return is_by_recorded_at(query) && query.after && query.after->key >= *query.recorded_since;
}

/// FROM and the conditions that choose the rows which the lead reads.
void add_source(Builder& builder, const InvoiceQuery& query, Lead lead) {
  const auto bounds = remaining_dates(query);
  const auto add_buckets = [&](std::string_view column, std::int64_t width) {
    if (bounds.first) builder.condition(column, " >= ", *bounds.first / width);
    if (bounds.last) builder.condition(column, " <= ", *bounds.last / width);
  };
  switch (lead) {
    case Lead::date:
      builder.add(" FROM invoices i INDEXED BY invoices_by_date WHERE 1");
      break;
    case Lead::recorded_at:
      builder.add(" FROM invoices i INDEXED BY invoices_by_recorded_at WHERE 1");
      if (query.recorded_since && !is_past_recorded_since(query)) {
        builder.condition("i.recorded_at", " >= ", to_ms(*query.recorded_since));
      }
      break;
    case Lead::reference:
      builder.add(" FROM invoices i INDEXED BY invoices_by_reference WHERE 1");
      builder.condition("i.reference", " = ", std::string_view(*query.reference));
      break;
    case Lead::customer:
      builder.add(" FROM invoices i INDEXED BY invoices_by_customer WHERE 1");
      builder.condition("i.customer", " = ", std::string_view(*query.customer));
      break;
    case Lead::voided:
      builder.add(" FROM invoices i INDEXED BY invoices_voided WHERE i.voided = 1");
      break;
    case Lead::sku:
      builder.add(
          " FROM sku_seconds b CROSS JOIN invoices i INDEXED BY invoices_by_date WHERE"
          " i.date >= b.second * 1000 AND i.date < b.second * 1000 + 1000");
      builder.condition("b.sku", " = ", std::string_view(*query.sku));
      add_buckets("b.second", kSecondMs);
      break;
    case Lead::currency:
      builder.add(
          " FROM currency_quarters b INDEXED BY currency_quarters_by_currency"
          " CROSS JOIN invoices i INDEXED BY invoices_by_date WHERE"
          " i.date >= b.quarter * 900000 AND i.date < b.quarter * 900000 + 900000");
      builder.condition("b.currency", " = ", query.currency->code());
      add_buckets("b.quarter", kQuarterMs);
      if (query.min_minor) builder.condition("b.max_minor", " >= ", *query.min_minor);
      if (query.max_minor) builder.condition("b.min_minor", " <= ", *query.max_minor);
      if (query.recorded_since) {
        builder.condition("b.last_recorded_at", " >= ", to_ms(*query.recorded_since));
      }
      break;
  }
}

/// A lead by buckets bounds the dates by the bucket; a second bound that the planner could take for
/// the index instead would make every bucket read from there on. The unary plus keeps it off.
bool leads_by_buckets(Lead lead) {
  return lead == Lead::sku || lead == Lead::currency;
}

void add_dates(Builder& builder, const InvoiceQuery& query, Lead lead) {
  const bool off_index = leads_by_buckets(lead) || lead == Lead::recorded_at;
  const std::string_view date = off_index ? "+i.date" : "i.date";
  // The position of a page bounds one side more tightly; two bounds on a side leave the choice
  // between them to the planner.
  const bool position_is_by_date = query.after && !is_by_recorded_at(query);
  const bool from_is_implied =
      position_is_by_date && !is_descending(query) && query.from && query.after->key >= *query.from;
  const bool to_is_implied =
      position_is_by_date && is_descending(query) && query.to && query.after->key < *query.to;
  if (query.from && !from_is_implied) builder.condition(date, " >= ", to_ms(*query.from));
  if (query.to && !to_is_implied) builder.condition(date, " < ", to_ms(*query.to));
}

void add_position(Builder& builder, const InvoiceQuery& query, Lead lead) {
  if (!query.after) return;
  const std::string_view key = is_by_recorded_at(query) ? "i.recorded_at" : "i.date";
  const bool is_ordered = is_by_recorded_at(query) == (lead == Lead::recorded_at);
  const bool off_index = leads_by_buckets(lead) || !is_ordered;
  builder.add(off_index ? " AND (+" : " AND (");
  builder.add(key);
  builder.add(is_descending(query) ? ", i.id) < (" : ", i.id) > (");
  builder.add(builder.parameter(to_ms(query.after->key)) + ", ");
  builder.add(builder.parameter(Blob{query.after->id.bytes}) + ")");
}

/// Every filter that the lead's source has not settled already.
void add_filters(Builder& builder, const InvoiceQuery& query, Lead lead) {
  if (query.currency) builder.condition("i.currency", " = ", query.currency->code());
  if (query.min_minor) builder.condition("i.amount_minor", " >= ", *query.min_minor);
  if (query.max_minor) builder.condition("i.amount_minor", " <= ", *query.max_minor);
  if (query.status && lead != Lead::voided) {
    const bool wants_void = *query.status == InvoiceStatus::voided;
    // Inside +, so that the partial index of void invoices is no alternative.
    builder.condition("+i.voided", " = ", std::int64_t{wants_void ? 1 : 0});
  }
  if (query.recorded_since && lead != Lead::recorded_at) {
    builder.condition("+i.recorded_at", " >= ", to_ms(*query.recorded_since));
  }
  if (query.customer && lead != Lead::customer) {
    builder.condition("+i.customer", " = ", std::string_view(*query.customer));
  }
  if (query.reference && lead != Lead::reference) {
    builder.condition("+i.reference", " = ", std::string_view(*query.reference));
  }
  if (query.sku) {
    const auto sku = builder.parameter(std::string_view(*query.sku));
    builder.add(" AND EXISTS (SELECT 1 FROM items t WHERE t.invoice = i.seq AND t.sku = " + sku +
                ")");
  }
}

std::string order_of(const InvoiceQuery& query, Lead lead) {
  const std::string direction = is_descending(query) ? " DESC" : "";
  if (is_by_recorded_at(query)) return " ORDER BY i.recorded_at, i.id";
  std::string order = " ORDER BY ";
  if (lead == Lead::sku) order += "b.second" + direction + ", ";
  if (lead == Lead::currency) order += "b.quarter" + direction + ", ";
  return order + "i.date" + direction + ", i.id" + direction;
}

}  // namespace

Lead lead_by_date(const InvoiceQuery& query) {
  if (query.reference) return Lead::reference;
  if (query.customer) return Lead::customer;
  if (query.sku) return Lead::sku;
  if (query.status == InvoiceStatus::voided) return Lead::voided;
  if (query.currency) return Lead::currency;
  return Lead::date;
}

std::vector<Lead> narrow_leads(const InvoiceQuery& query) {
  std::vector<Lead> leads;
  if (!is_by_recorded_at(query)) {
    if (query.recorded_since) leads.push_back(Lead::recorded_at);
    return leads;
  }
  if (query.reference) leads.push_back(Lead::reference);
  if (query.customer) leads.push_back(Lead::customer);
  if (query.sku) leads.push_back(Lead::sku);
  if (query.status == InvoiceStatus::voided) leads.push_back(Lead::voided);
  if (query.currency) leads.push_back(Lead::currency);
  if (query.from || query.to) leads.push_back(Lead::date);
  return leads;
}

SelectStatement count_statement(const InvoiceQuery& query, Lead lead) {
  Builder builder;
  builder.add("SELECT count(*) FROM (SELECT 1");
  add_source(builder, query, lead);
  if (lead != Lead::recorded_at) add_dates(builder, query, lead);
  builder.add(" LIMIT " + builder.parameter(kNarrowRowsMax + 1) + ")");
  return builder.take();
}

SelectStatement page_statement(const InvoiceQuery& query, Lead lead) {
  Builder builder;
  builder.add("SELECT i.id, i.json, i.voided, ");
  builder.add(is_by_recorded_at(query) ? "i.recorded_at" : "i.date");
  add_source(builder, query, lead);
  add_dates(builder, query, lead);
  add_filters(builder, query, lead);
  add_position(builder, query, lead);
  builder.add(order_of(query, lead));
  builder.add(" LIMIT " + builder.parameter(static_cast<std::int64_t>(query.limit) + 1));
  return builder.take();
}

}  // namespace invoicing::sqlite
