import { afterEach, expect, it } from "vitest";
import * as format from "../src/lib/format";

afterEach(() => format.setZone("UTC"));

it("an amount has every digit that the API wrote and no other", () => {
  const plain = (text: string) => text.replace(/[^\d.,-]/g, "");
  expect(plain(format.amount("1234567890123456.78", "USD"))).toBe("1,234,567,890,123,456.78");
  expect(plain(format.amount("100", "JPY"))).toBe("100");
  expect(plain(format.amount("0.500", "KWD"))).toBe("0.500");
  expect(format.amount("-40.00", "EUR")).toMatch(/-.*40\.00/);
});

it("an instant is shown in the zone of the business, a business day in none", () => {
  format.setZone("Pacific/Auckland");
  expect(format.timeOfDay("2026-11-22T11:30:00.000Z")).toMatch(/12:30\sAM/);
  expect(format.dayOf("2026-11-22T11:30:00.000Z")).toBe("2026-11-23");
  expect(format.day("2026-11-22")).toBe("Sun, Nov 22, 2026");
});

it("a zone that the browser does not know leaves UTC", () => {
  format.setZone("Nowhere/Land");
  expect(format.zoneName()).toBe("UTC");
});

it("durations and plurals read as a person says them", () => {
  expect(format.duration(59_999)).toBe("59 s");
  expect(format.duration(3 * 3_600_000 + 5 * 60_000)).toBe("3 h 05 min");
  expect(format.duration(-5)).toBe("0 s");
  expect(format.plural(1, "try", "tries")).toBe("1 try");
  expect(format.plural(1200, "invoice")).toBe("1,200 invoices");
  expect(format.percent(-0.125)).toBe("-13%");
  expect(format.percent(0.031)).toBe("+3.1%");
});
