// Totals per currency, which are never added together.
import type { CurrencyTotal, SkuQuantity } from "../api/types";
import { add, compare, type Decimal } from "./decimal";

export function totalOf(totals: CurrencyTotal[], currency: string): CurrencyTotal | undefined {
  return totals.find((total) => total.currency === currency);
}

export function amountOf(totals: CurrencyTotal[], currency: string): Decimal {
  return totalOf(totals, currency)?.amount ?? ("0" as Decimal);
}

/** Every currency of any of the lists: the default one first, then by code. */
export function currenciesOf(first: string, ...lists: CurrencyTotal[][]): string[] {
  const others = new Set(lists.flat().map((total) => total.currency));
  others.delete(first);
  return [first, ...[...others].sort()];
}

export function topSkus(quantities: SkuQuantity[], most: number): SkuQuantity[] {
  return [...quantities].sort((a, b) => compare(b.qt, a.qt) || (a.sku < b.sku ? -1 : 1)).slice(0, most);
}

/** What corrections say of a currency in all. */
export function sumOf(totals: CurrencyTotal[], currency: string): Decimal {
  return totals.filter((total) => total.currency === currency)
    .reduce<Decimal>((sum, total) => add(sum, total.amount), "0" as Decimal);
}
