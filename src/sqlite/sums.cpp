#include "sqlite/sums.hpp"

#include <algorithm>
#include <limits>
#include <map>
#include <string>
#include <unordered_map>

#include "sqlite/schema.hpp"
#include "sqlite/time_columns.hpp"

namespace invoicing::sqlite {
namespace {

/// Adds up rows as they come; 128 bits wide, so that SQL's sum() cannot overflow.
class Sum {
 public:
  bool add_currency(std::string_view code, std::int64_t invoices, std::int64_t voids,
                    Int128 amount) {
    auto place = totals_.find(code);
    if (place == totals_.end()) {
      const auto currency = Currency::from_code(code);
      if (!currency) return false;
      place = totals_.emplace(std::string(code), CurrencyTotal{.currency = *currency}).first;
    }
    place->second.invoices += invoices;
    place->second.voids += voids;
    place->second.amount_minor += amount;
    return true;
  }

  void add_sku(std::string_view sku, Int128 milli) {
    auto place = skus_.find(sku);
    if (place == skus_.end()) place = skus_.emplace(std::string(sku), 0).first;
    place->second += milli;
  }

  Figures figures() const {
    Figures figures;
    for (const auto& [code, total] : totals_) figures.totals.push_back(total);
    for (const auto& [sku, milli] : skus_) figures.skus.push_back({sku, milli});
    return normalized(std::move(figures));
  }

 private:
  struct TextHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const {
      return std::hash<std::string_view>{}(text);
    }
  };
  std::map<std::string, CurrencyTotal, std::less<>> totals_;
  std::unordered_map<std::string, Int128, TextHash, std::equal_to<>> skus_;
};

Int128 joined(std::int64_t high, std::int64_t low) {
  return Int128{high} * kHighPart + low;
}

const Error kBadCurrency(ErrorCode::stored_data_invalid,
                         "The store holds an invoice in a currency that does not exist.");

/// Rows of currency, invoices, voids and the two parts of the amount. False: no such currency.
bool add_totals(Rows rows, Sum& sum) {
  while (rows.next()) {
    const Int128 amount = joined(rows.integer(3), rows.integer(4));
    if (!sum.add_currency(rows.text(0), rows.integer(1), rows.integer(2), amount)) return false;
  }
  return true;
}

enum class What { everything, totals_alone };

/// Quarters [first, last).
bool add_quarters(Connection& connection, std::int64_t first, std::int64_t last, What what,
                  Sum& sum) {
  auto& totals = connection.prepared(
      "SELECT currency, invoices, voids, amount_hi, amount_lo"
      " FROM currency_quarters WHERE quarter >= ?1 AND quarter < ?2");
  if (!add_totals(totals.query(first, last), sum)) return false;
  if (what == What::totals_alone) return true;
  auto skus = connection
                  .prepared(
                      "SELECT sku, milli_hi, milli_lo FROM sku_quarters"
                      " WHERE quarter >= ?1 AND quarter < ?2")
                  .query(first, last);
  while (skus.next()) sum.add_sku(skus.text(0), joined(skus.integer(1), skus.integer(2)));
  return true;
}

/// Invoices dated [from, to), in ms.
bool add_invoices(Connection& connection, std::int64_t from, std::int64_t to, What what, Sum& sum) {
  if (from >= to) return true;
  auto& totals = connection.prepared(
      "SELECT currency, 1 - voided, voided, 0, iif(voided, 0, amount_minor) FROM invoices"
      " INDEXED BY invoices_by_date WHERE date >= ?1 AND date < ?2");
  if (!add_totals(totals.query(from, to), sum)) return false;
  if (what == What::totals_alone) return true;
  auto items = connection
                   .prepared(
                       "SELECT t.sku, t.qt_milli FROM invoices i INDEXED BY invoices_by_date"
                       " CROSS JOIN items t ON t.invoice = i.seq"
                       " WHERE i.date >= ?1 AND i.date < ?2 AND +i.voided = 0")
                   .query(from, to);
  while (items.next()) sum.add_sku(items.text(0), items.integer(1));
  return true;
}

/// Up to which date, at the time of `mark`, every change was noted in late_changes.
std::int64_t noted_up_to(Connection& connection, const ChangeMark& mark) {
  constexpr auto kNothing = std::numeric_limits<std::int64_t>::min();
  if (mark.sequence < connection.read_integer("SELECT late_kept_after FROM state")) return kNothing;
  auto sealed = connection
                    .prepared(
                        "SELECT window_to FROM reports WHERE sealed_sequence <= ?1"
                        " ORDER BY number DESC LIMIT 1")
                    .query(mark.sequence);
  return sealed.next() ? sealed.integer(0) : kNothing;
}

Result<Figures> sum(Connection& connection, const Window& window, What what) {
  // Dates are never before kFirstDate; cutting there keeps the division below exact.
  const std::int64_t from = std::max(to_ms(window.from), to_ms(kFirstDate));
  const std::int64_t to = to_ms(window.to);
  Sum sum;
  if (from >= to) return sum.figures();
  const std::int64_t first = (from + kQuarterMs - 1) / kQuarterMs;
  const std::int64_t last = to / kQuarterMs;
  if (first >= last) {
    if (!add_invoices(connection, from, to, what, sum)) return kBadCurrency;
    return sum.figures();
  }
  const bool good = add_invoices(connection, from, first * kQuarterMs, what, sum) &&
                    add_quarters(connection, first, last, what, sum) &&
                    add_invoices(connection, last * kQuarterMs, to, what, sum);
  if (!good) return kBadCurrency;
  return sum.figures();
}

}  // namespace

Result<Figures> sum_window(Connection& connection, const Window& window) {
  return sum(connection, window, What::everything);
}

Result<std::vector<CurrencyTotal>> sum_totals(Connection& connection, const Window& window) {
  auto figures = sum(connection, window, What::totals_alone);
  if (!figures) return figures.error();
  return std::move(figures->totals);
}

Result<Figures> sum_invoices(Connection& connection, const Window& window) {
  Sum sum;
  if (!add_invoices(connection, to_ms(window.from), to_ms(window.to), What::everything, sum)) {
    return kBadCurrency;
  }
  return sum.figures();
}

std::vector<Window> windows_changed_since(Connection& connection, const ChangeMark& mark,
                                          const std::vector<Window>& windows) {
  const std::int64_t noted = noted_up_to(connection, mark);
  std::vector<char> changed(windows.size(), 0);
  for (std::size_t i = 0; i < windows.size(); ++i) changed[i] = to_ms(windows[i].to) > noted;
  auto rows = connection.prepared("SELECT DISTINCT date FROM late_changes WHERE sequence > ?1")
                  .query(mark.sequence);
  while (rows.next()) {
    const Instant date = to_instant(rows.integer(0));
    // The first window that ends after the date: they are in order and do not overlap.
    const auto place = std::ranges::upper_bound(windows, date, {}, &Window::to);
    if (place != windows.end() && place->contains(date)) {
      changed[static_cast<std::size_t>(place - windows.begin())] = 1;
    }
  }
  std::vector<Window> result;
  for (std::size_t i = 0; i < windows.size(); ++i) {
    if (changed[i] != 0) result.push_back(windows[i]);
  }
  return result;
}

}  // namespace invoicing::sqlite
