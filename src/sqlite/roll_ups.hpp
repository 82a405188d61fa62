#pragma once
// What a transaction changes in the sums, collected first and written once: a batch of 256 invoices
// touches each row of the roll-ups once.

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "domain/invoice.hpp"
#include "sqlite/connection.hpp"

namespace invoicing::sqlite {

class RollUps {
 public:
  /// `invoice` was stored, issued.
  void add(const Invoice& invoice);
  /// `invoice`, counted as issued so far, is void from now on.
  void add_voiding(const Invoice& invoice);
  /// Writes the changes inside the open transaction of `writer` and starts afresh.
  void flush(Connection& writer);
  void clear();

 private:
  struct CurrencyChange {
    std::int64_t invoices = 0;
    std::int64_t voids = 0;
    std::int64_t amount_hi = 0;
    std::int64_t amount_lo = 0;
    std::int64_t min_minor = 0;
    std::int64_t max_minor = 0;
    std::int64_t last_recorded_at = 0;
  };
  struct SkuChange {
    std::int64_t milli_hi = 0;
    std::int64_t milli_lo = 0;
  };

  CurrencyChange& change_of(const Invoice& invoice);
  void add_items(const Invoice& invoice, std::int64_t sign);
  void flush_skus(Connection& writer) const;
  void flush_seconds(Connection& writer) const;

  // Ordered, so that rows are written in the order of their keys.
  std::map<std::pair<std::int64_t, std::string>, CurrencyChange> currencies_;
  std::map<std::pair<std::int64_t, std::string>, SkuChange> skus_;
  std::set<std::pair<std::string, std::int64_t>> seconds_;
};

}  // namespace invoicing::sqlite
