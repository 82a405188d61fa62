#include "tests/contract/use_cases/world.hpp"

#include <gtest/gtest.h>

#include "domain/decimal.hpp"

namespace invoicing::testing {

World::World(const AdapterKind& kind, const std::string& zone, const std::string& cut_off,
             Instant now)
    : adapters(kind.make({})), calendar(*BusinessCalendar::create(zone, cut_off)) {
  adapters->clock.set(now);
  open_books_now();
}

void World::change_calendar(const std::string& zone, const std::string& cut_off) {
  calendar = *BusinessCalendar::create(zone, cut_off);
}

void World::open_books_now() {
  const auto books = run(open_books(adapters->reports(), calendar, adapters->clock));
  ASSERT_TRUE(books) << books.error().detail();
}

Invoice World::enter(Instant date, std::int64_t amount_minor, const std::string& sku,
                     std::int64_t qt_milli) {
  Invoice invoice = sample_invoice(++entered_);
  invoice.date = date;
  invoice.recorded_at = adapters->clock.now();
  invoice.amount = {amount_minor, Currency()};
  invoice.items = {{sku, {qt_milli}}};
  const auto outcome = run(adapters->invoices().insert(invoice));
  EXPECT_TRUE(outcome && outcome->result == InsertResult::created);
  return invoice;
}

void World::make_void(const Invoice& invoice) {
  const Voiding voiding{adapters->clock.now(), "test", {}};
  const auto outcome = run(adapters->invoices().mark_void(invoice.id, voiding));
  EXPECT_TRUE(outcome && *outcome);
}

Result<int> World::close(Backlog backlog) {
  CloseDays use_case({adapters->reports(), adapters->ledger(), adapters->clock, observer, ids},
                     calendar, currency);
  return run(use_case.close_due(backlog));
}

void World::close_exactly(int reports) {
  const auto sealed = close();
  ASSERT_TRUE(sealed) << sealed.error().detail();
  EXPECT_EQ(*sealed, reports);
}

void World::publish() {
  PublishReports use_case(adapters->reports(), adapters->outbox(), adapters->deliveries(),
                          adapters->publisher(), adapters->clock, observer);
  const auto published = run(use_case.publish_open());
  ASSERT_TRUE(published) << published.error().detail();
}

void World::deliver(std::vector<std::string> recipients) {
  deliver(std::move(recipients), adapters->outbox());
}

void World::deliver(std::vector<std::string> recipients, Outbox& outbox) {
  DeliverOptions options;
  options.recipients = std::move(recipients);
  options.give_up_after = give_up_after;
  DeliverReport use_case({adapters->inbox(), adapters->deliveries(), outbox, renderer, transport,
                          adapters->clock, observer},
                         options);
  for (;;) {
    const auto delivered = run(use_case.deliver_next(std::chrono::milliseconds{0}));
    ASSERT_TRUE(delivered) << delivered.error().detail();
    if (!*delivered) return;
  }
}

SalesReport World::report(ReportNumber number) {
  auto report = run(adapters->reports().find(number));
  EXPECT_TRUE(report && *report) << "no report " << number;
  return report && *report ? **report : SalesReport{};
}

AuditResult World::audit() {
  AuditBooks use_case(adapters->reports(), adapters->ledger(), adapters->clock);
  auto result = run(use_case.audit());
  EXPECT_TRUE(result);
  return result ? *result : AuditResult{};
}

DeliveryStatus World::status(ReportNumber number) {
  ReportDelivery use_case(adapters->outbox(), adapters->deliveries(), adapters->queue());
  auto status = run(use_case.status(number));
  EXPECT_TRUE(status);
  return status ? *status : DeliveryStatus{};
}

Result<DeliveryStatus> World::resend(ReportNumber number) {
  ReportDelivery use_case(adapters->outbox(), adapters->deliveries(), adapters->queue());
  return run(use_case.resend(number, {}));
}

Figures World::sum_of_reports() {
  Figures total;
  const auto heads = run(adapters->reports().heads(1));
  EXPECT_TRUE(heads);
  for (const ReportHead& head : *heads) {
    const SalesReport sealed = report(head.number);
    total = sum(total, sealed.figures);
    if (sealed.opening_balance) total = sum(total, sealed.opening_balance->figures);
    for (const Correction& correction : sealed.corrections) total = sum(total, correction.figures);
  }
  return total;
}

Instant utc(const std::string& text) {
  return parse_rfc3339(text).value();
}

std::string show(const Figures& figures) {
  std::string text;
  for (const CurrencyTotal& total : figures.totals) {
    text += std::string(total.currency.code()) + " " + std::to_string(total.invoices) + " " +
            format_decimal(total.amount_minor, 0) + " " + std::to_string(total.voids) + ",";
  }
  for (const SkuQuantity& sku : figures.skus) {
    text += " " + sku.sku + " " + format_decimal(sku.milli, 0);
  }
  return text;
}

std::string show(const std::vector<Correction>& corrections) {
  std::string text;
  for (const Correction& correction : corrections) {
    text += std::to_string(correction.number) + "[" + show(correction.figures) + "]";
  }
  return text;
}

}  // namespace invoicing::testing
