#pragma once
// Invoices and reports for tests.

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "domain/invoice.hpp"
#include "domain/sales_report.hpp"

namespace invoicing::testing {

/// 2026-11-22T10:00:00Z plus so many milliseconds.
Instant at(std::int64_t ms = 0);

InvoiceId id_of(std::uint64_t number);
RequestHash hash_of(std::uint64_t number);

/// An invoice whose id and request hash follow from `number`: 12.50 USD, one item, dated at().
Invoice sample_invoice(std::uint64_t number);

/// Sealed report `number` over `window`, without figures.
SalesReport sample_report(ReportNumber number, Window window);

/// A seed that is printed, so that a failure can be repeated: set TEST_SEED to it.
std::uint64_t test_seed();

/// Invoices that collide in every way a list or a sum could get wrong: few customers, references,
/// SKUs, currencies and dates; dates on, just before and just after quarters of an hour.
class RandomInvoices {
 public:
  explicit RandomInvoices(std::uint64_t seed) : random_(seed) {}

  Invoice next();
  Voiding voiding();
  std::int64_t number(std::int64_t from, std::int64_t to);
  bool chance(int percent);
  template <typename T>
  const T& pick(const std::vector<T>& values) {
    return values[static_cast<std::size_t>(
        number(0, static_cast<std::int64_t>(values.size()) - 1))];
  }
  Instant date();

  static const std::vector<std::string>& customers();
  static const std::vector<std::string>& skus();
  static const std::vector<std::string>& currencies();

 private:
  std::mt19937_64 random_;
  std::uint64_t count_ = 0;
};

}  // namespace invoicing::testing
