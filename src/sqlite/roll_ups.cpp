#include "sqlite/roll_ups.hpp"

#include <algorithm>
#include <vector>

#include "sqlite/insert_rows.hpp"
#include "sqlite/schema.hpp"
#include "sqlite/time_columns.hpp"

namespace invoicing::sqlite {
namespace {

constexpr std::string_view kAddToCurrency = R"sql(
INSERT INTO currency_quarters VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
ON CONFLICT (quarter, currency) DO UPDATE SET
  invoices = invoices + ?3, voids = voids + ?4,
  amount_hi = amount_hi + ?5, amount_lo = amount_lo + ?6,
  min_minor = min(min_minor, ?7), max_minor = max(max_minor, ?8),
  last_recorded_at = max(last_recorded_at, ?9))sql";

// A voiding finds its row always, and its negative count would fail the CHECK of a new row before
// the conflict is seen; so it is an UPDATE.
constexpr std::string_view kTakeFromCurrency = R"sql(
UPDATE currency_quarters SET
  invoices = invoices + ?3, voids = voids + ?4,
  amount_hi = amount_hi + ?5, amount_lo = amount_lo + ?6,
  min_minor = min(min_minor, ?7), max_minor = max(max_minor, ?8),
  last_recorded_at = max(last_recorded_at, ?9)
WHERE quarter = ?1 AND currency = ?2)sql";

}  // namespace

RollUps::CurrencyChange& RollUps::change_of(const Invoice& invoice) {
  const std::int64_t minor = invoice.amount.minor;
  const auto [place, fresh] = currencies_.try_emplace(
      {to_ms(invoice.date) / kQuarterMs, std::string(invoice.amount.currency.code())});
  auto& change = place->second;
  change.min_minor = fresh ? minor : std::min(change.min_minor, minor);
  change.max_minor = fresh ? minor : std::max(change.max_minor, minor);
  change.last_recorded_at = std::max(change.last_recorded_at, to_ms(invoice.recorded_at));
  return change;
}

void RollUps::add_items(const Invoice& invoice, std::int64_t sign) {
  for (const auto& item : invoice.items) {
    auto& change = skus_[{to_ms(invoice.date) / kQuarterMs, item.sku}];
    change.milli_hi += sign * (item.qt.milli / kHighPart);
    change.milli_lo += sign * (item.qt.milli % kHighPart);
  }
}

void RollUps::add(const Invoice& invoice) {
  auto& change = change_of(invoice);
  change.invoices += 1;
  change.amount_hi += invoice.amount.minor / kHighPart;
  change.amount_lo += invoice.amount.minor % kHighPart;
  add_items(invoice, 1);
  for (const auto& item : invoice.items) {
    seconds_.emplace(item.sku, to_ms(invoice.date) / kSecondMs);
  }
}

void RollUps::add_voiding(const Invoice& invoice) {
  auto& change = change_of(invoice);
  change.invoices -= 1;
  change.voids += 1;
  change.amount_hi -= invoice.amount.minor / kHighPart;
  change.amount_lo -= invoice.amount.minor % kHighPart;
  add_items(invoice, -1);
}

void RollUps::flush(Connection& writer) {
  for (const auto& [key, change] : currencies_) {
    const auto sql = change.invoices < 0 ? kTakeFromCurrency : kAddToCurrency;
    writer.prepared(sql).execute(key.first, key.second, change.invoices, change.voids,
                                 change.amount_hi, change.amount_lo, change.min_minor,
                                 change.max_minor, change.last_recorded_at);
  }
  flush_skus(writer);
  flush_seconds(writer);
  clear();
}

void RollUps::flush_skus(Connection& writer) const {
  static const InsertRows add("INSERT INTO sku_quarters VALUES", 4,
                              " ON CONFLICT (quarter, sku) DO UPDATE SET"
                              " milli_hi = milli_hi + excluded.milli_hi,"
                              " milli_lo = milli_lo + excluded.milli_lo");
  std::vector<Value> values;
  values.reserve(skus_.size() * 4);
  for (const auto& [key, change] : skus_) {
    values.insert(values.end(),
                  {key.first, std::string_view(key.second), change.milli_hi, change.milli_lo});
  }
  add.execute(writer, values);
}

void RollUps::flush_seconds(Connection& writer) const {
  static const InsertRows add("INSERT INTO sku_seconds VALUES", 2, " ON CONFLICT DO NOTHING");
  std::vector<Value> values;
  values.reserve(seconds_.size() * 2);
  for (const auto& [sku, second] : seconds_) {
    values.insert(values.end(), {std::string_view(sku), second});
  }
  add.execute(writer, values);
}

void RollUps::clear() {
  currencies_.clear();
  skus_.clear();
  seconds_.clear();
}

}  // namespace invoicing::sqlite
