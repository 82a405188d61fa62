#pragma once
// The rows of table `items` that a transaction adds, collected first and written together.

#include <cstdint>
#include <string>
#include <vector>

#include "domain/invoice.hpp"
#include "sqlite/connection.hpp"

namespace invoicing::sqlite {

class ItemRows {
 public:
  /// `invoice` was stored in row `seq`.
  void add(std::int64_t seq, const Invoice& invoice);
  /// Writes them inside the open transaction of `writer` and starts afresh.
  void flush(Connection& writer);

 private:
  struct Row {
    std::int64_t seq = 0;
    std::int64_t line = 0;
    std::string sku;  // a copy: who added the invoice need not keep it
    std::int64_t qt_milli = 0;
  };

  std::vector<Row> rows_;  // in the order of their keys, because `seq` only grows
};

}  // namespace invoicing::sqlite
