#include "tests/support/samples.hpp"

#include <cstdlib>
#include <iostream>

namespace invoicing::testing {
namespace {

constexpr std::int64_t kQuarterMs = 900'000;

}  // namespace

Instant at(std::int64_t ms) {
  using namespace std::chrono;
  return Instant(sys_days(year(2026) / 11 / 22) + hours(10) + milliseconds(ms));
}

InvoiceId id_of(std::uint64_t number) {
  InvoiceId id;
  for (std::size_t i = 0; i < 8; ++i) {
    id.bytes[11 - i] = static_cast<std::uint8_t>(number >> (8 * i));
  }
  return id;
}

RequestHash hash_of(std::uint64_t number) {
  RequestHash hash;
  for (std::size_t i = 0; i < 8; ++i) {
    hash.bytes[i] = static_cast<std::uint8_t>(number >> (8 * i));
  }
  hash.bytes[31] = 1;
  return hash;
}

Invoice sample_invoice(std::uint64_t number) {
  Invoice invoice;
  invoice.id = id_of(number);
  invoice.customer = "Ada";
  invoice.amount = {1250, Currency()};
  invoice.reference = "R-" + std::to_string(number);
  invoice.date = at();
  invoice.items = {{"DG334", {2000}}};
  invoice.metadata = {{"till", "4"}};
  invoice.recorded_at = at(static_cast<std::int64_t>(number));
  invoice.request_hash = hash_of(number);
  return invoice;
}

SalesReport sample_report(ReportNumber number, Window window) {
  SalesReport report;
  report.number = number;
  report.report_id = id_of(static_cast<std::uint64_t>(number) + 0xabcdef00).to_hex();
  report.business_day = Day(std::chrono::days(20'000 + number));
  report.window = window;
  report.time_zone = "UTC";
  report.cut_off = "12:00";
  report.generated_at = window.to + std::chrono::milliseconds(412);
  report.mark.seen_until = window.to + std::chrono::milliseconds(2);
  for (int back = kHistoryDays; back > 0; --back) {
    report.history.push_back({report.business_day - std::chrono::days(back), std::nullopt});
  }
  return report;
}

std::uint64_t test_seed() {
  const char* given = std::getenv("TEST_SEED");
  const std::uint64_t seed =
      given != nullptr ? std::strtoull(given, nullptr, 10) : std::random_device{}();
  std::cout << "TEST_SEED=" << seed << "\n";
  return seed;
}

std::int64_t RandomInvoices::number(std::int64_t from, std::int64_t to) {
  return std::uniform_int_distribution<std::int64_t>(from, to)(random_);
}

bool RandomInvoices::chance(int percent) {
  return number(1, 100) <= percent;
}

Instant RandomInvoices::date() {
  // Two days of quarters; every third date stands on, or one millisecond beside, a boundary.
  const std::int64_t quarter = number(0, 2 * 96 - 1) * kQuarterMs;
  if (chance(33)) return at(quarter + number(-1, 1));
  if (chance(33)) return at(number(0, 9) * 1000);
  return at(quarter + number(0, kQuarterMs - 1));
}

Invoice RandomInvoices::next() {
  Invoice invoice =
      sample_invoice(static_cast<std::uint64_t>(number(0, 1) << 40) + ++count_ * 7919);
  invoice.customer = pick(customers());
  invoice.reference = "R-" + std::to_string(number(0, 40));
  invoice.amount.currency = *Currency::from_code(pick(currencies()));
  invoice.amount.minor = chance(10) ? kMaxMinorUnits : number(0, 2000);
  invoice.date = date();
  invoice.recorded_at = at(number(0, 300));
  invoice.items.clear();
  const std::int64_t items = number(1, 4);
  for (std::int64_t i = 0; i < items; ++i) {
    invoice.items.push_back({pick(skus()), {chance(5) ? kMaxQuantityMilli : number(1, 5000)}});
  }
  return invoice;
}

Voiding RandomInvoices::voiding() {
  return {.at = at(number(0, 1'000'000)), .reason = "wrong \"price\"", .by = {}};
}

const std::vector<std::string>& RandomInvoices::customers() {
  static const std::vector<std::string> names = {"Ada", "ada", "Bo", "Ünal", "Z'; --", "", "Ada "};
  return names;
}

const std::vector<std::string>& RandomInvoices::skus() {
  static const std::vector<std::string> names = {"A", "a", "A1", "B", "C", "DG334", "ß", "rare"};
  return names;
}

const std::vector<std::string>& RandomInvoices::currencies() {
  static const std::vector<std::string> codes = {"USD", "EUR", "JPY", "KWD"};
  return codes;
}

}  // namespace invoicing::testing
