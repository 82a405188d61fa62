import { expect, it } from "vitest";
import { readMetrics } from "../src/lib/metrics";
import { amountOf, currenciesOf, sumOf, topSkus } from "../src/lib/totals";
import type { Decimal } from "../src/lib/decimal";

const total = (currency: string, amount: string) => ({ currency, invoices: 1, amount: amount as Decimal, voids: 0 });

it("currencies are never added together", () => {
  const totals = [total("EUR", "1.10"), total("JPY", "100"), total("EUR", "2.20")];
  expect(sumOf(totals, "EUR")).toBe("3.30");
  expect(amountOf([total("EUR", "1.10")], "USD")).toBe("0");
  expect(currenciesOf("USD", totals)).toEqual(["USD", "EUR", "JPY"]);
});

it("the most sold come first, by value and then by name", () => {
  const skus = [["b", "10"], ["a", "9.5"], ["c", "10.000"]].map(([sku, qt]) => ({ sku: sku!, qt: qt as Decimal }));
  expect(topSkus(skus, 2).map(({ sku }) => sku)).toEqual(["b", "c"]);
});

it("metrics tell program, version and start", () => {
  const facts = readMetrics('# HELP x y\ninvoicing_build_info{program="invoice-standalone",version="0.1.0"} 1\n'
    + 'process_start_time_seconds 1764300000.5\ninvoices_recorded_total{outcome="created"} 2\n'
    + 'invoices_recorded_total{outcome="replayed"} 1\n');
  expect(facts).toMatchObject({ program: "invoice-standalone", version: "0.1.0", startedAt: 1764300000500 });
  expect(facts.values.invoices_recorded_total).toBe(3);
});
