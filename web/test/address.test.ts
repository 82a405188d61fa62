import { expect, it } from "vitest";
import { filtersOf, wordsByField } from "../src/lib/filters";
import { link, read } from "../src/lib/router";

it("a place survives its address", () => {
  const query = { customer: "Ä & B?#/", reference: "100%" };
  expect(read(link(["invoices", "a/b%"], query))).toEqual({ path: ["invoices", "a/b%"], query });
  expect(link(["invoices"], { customer: "", sku: undefined })).toBe("#/invoices");
  expect(read("#/%E0%A4%A")).toEqual({ path: ["%E0%A4%A"], query: {} });
});

it("only filters of the API are sent to it", () => {
  expect(filtersOf({ customer: "Ada", cursor: "x", limit: "9", status: "" })).toEqual({ customer: "Ada" });
});

it("the server's words stand at their fields", () => {
  expect(wordsByField([
    { pointer: "/items/0/qt", detail: "More than 0." }, { pointer: "/items/0/qt", detail: "At most 3 digits." },
    { parameter: "minAmount", detail: "An amount." },
  ])).toEqual({ "/items/0/qt": "More than 0. At most 3 digits.", minAmount: "An amount." });
});
