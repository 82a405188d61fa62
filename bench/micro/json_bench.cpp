// Bodies of POST /invoices, the document that is stored, and what a list page goes through.

#include <string>

#include <benchmark/benchmark.h>

#include "codec/cursor.hpp"
#include "codec/invoice_csv.hpp"
#include "codec/invoice_json.hpp"
#include "domain/business_calendar.hpp"

namespace invoicing {
namespace {

const BusinessCalendar& berlin() {
  static const BusinessCalendar calendar = *BusinessCalendar::create("Europe/Berlin", "12:00");
  return calendar;
}

/// A request with so many items.
std::string request_text(std::int64_t items) {
  std::string text = R"({"customer":"Jane Doe","amount":100.10,"reference":"INV-0001",)"
                     R"("date":"2026-11-22T10:15:00Z","items":[)";
  for (std::int64_t i = 0; i < items; ++i) {
    text +=
        (i == 0 ? "" : ",") + std::string(R"({"sku":"DG)") + std::to_string(i) + R"(","qt":1.5})";
  }
  return text + R"(],"metadata":{"till":"3"}})";
}

Invoice invoice_of(std::int64_t items) {
  return codec::read_invoice_request(request_text(items), {&berlin(), Currency(), false})->invoice;
}

void json_read_request(benchmark::State& state) {
  const std::string text = request_text(state.range(0));
  const codec::InvoiceRequestOptions options{&berlin(), Currency(), false};
  for (auto _ : state) benchmark::DoNotOptimize(codec::read_invoice_request(text, options));
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(text.size()));
}
BENCHMARK(json_read_request)->Arg(1)->Arg(10)->Arg(100);

void json_refuse_request(benchmark::State& state) {
  const std::string text = R"({"customer":"","amount":"1","items":[{"sku":"a"}],"colour":"red"})";
  const codec::InvoiceRequestOptions options{&berlin(), Currency(), false};
  for (auto _ : state) benchmark::DoNotOptimize(codec::read_invoice_request(text, options));
}
BENCHMARK(json_refuse_request);

void json_write_invoice(benchmark::State& state) {
  const Invoice invoice = invoice_of(state.range(0));
  for (auto _ : state) benchmark::DoNotOptimize(codec::write_invoice(invoice));
}
BENCHMARK(json_write_invoice)->Arg(1)->Arg(10);

void json_read_invoice(benchmark::State& state) {
  const std::string text = codec::write_invoice(invoice_of(1));
  for (auto _ : state) benchmark::DoNotOptimize(codec::read_invoice(text));
}
BENCHMARK(json_read_invoice);

void csv_write_invoice(benchmark::State& state) {
  const Invoice invoice = invoice_of(3);
  std::string text;
  for (auto _ : state) {
    text.clear();
    codec::append_csv_rows(text, invoice);
    benchmark::DoNotOptimize(text.data());
  }
}
BENCHMARK(csv_write_invoice);

void cursor_round_trip(benchmark::State& state) {
  const InvoiceQuery query;
  const InvoicePosition position{Instant{std::chrono::milliseconds{1'764'000'000'123}}, {}};
  for (auto _ : state) {
    const std::string text = codec::write_cursor(position, query);
    benchmark::DoNotOptimize(codec::read_cursor(text, query));
  }
}
BENCHMARK(cursor_round_trip);

}  // namespace
}  // namespace invoicing
