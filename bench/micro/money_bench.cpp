// Amounts and quantities: text to scaled integer and back, as each request and each answer does.

#include <array>
#include <string>
#include <string_view>

#include <benchmark/benchmark.h>

#include "domain/decimal.hpp"

namespace invoicing {
namespace {

constexpr std::array<std::string_view, 4> kAmounts{"100.10", "0.01", "9999999999999.99", "1.5e2"};

void money_parse(benchmark::State& state) {
  std::size_t at = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(parse_decimal(kAmounts[at++ % kAmounts.size()], 2));
  }
}
BENCHMARK(money_parse);

void money_write(benchmark::State& state) {
  std::string text;
  std::int64_t scaled = 1;
  for (auto _ : state) {
    text.clear();
    append_decimal(text, scaled, 2);
    scaled = scaled > 100'000'000'000 ? 1 : scaled * 7;
    benchmark::DoNotOptimize(text.data());
  }
}
BENCHMARK(money_write);

void quantity_write_shortest(benchmark::State& state) {
  std::string text;
  for (auto _ : state) {
    text.clear();
    append_decimal_shortest(text, 1'500, 3);
    benchmark::DoNotOptimize(text.data());
  }
}
BENCHMARK(quantity_write_shortest);

}  // namespace
}  // namespace invoicing
