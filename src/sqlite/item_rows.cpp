#include "sqlite/item_rows.hpp"

#include "sqlite/insert_rows.hpp"

namespace invoicing::sqlite {

void ItemRows::add(std::int64_t seq, const Invoice& invoice) {
  std::int64_t line = 0;
  for (const auto& item : invoice.items) {
    // The NestJS original allows none of a SKU; it adds nothing to any sum.
    if (item.qt.milli == 0) continue;
    rows_.push_back({seq, line++, item.sku, item.qt.milli});
  }
}

void ItemRows::flush(Connection& writer) {
  static const InsertRows insert("INSERT INTO items VALUES", 4, "");
  std::vector<Value> values;
  values.reserve(rows_.size() * 4);
  for (const auto& row : rows_) {
    values.insert(values.end(), {row.seq, row.line, std::string_view(row.sku), row.qt_milli});
  }
  insert.execute(writer, values);
  rows_.clear();
}

}  // namespace invoicing::sqlite
