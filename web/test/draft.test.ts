import { expect, it } from "vitest";
import { writeJson } from "../src/api/json";
import { emptyDraft, invoiceOf, keepDraft, loadDraft } from "../src/lib/draft";

it("what is typed goes out digit for digit, what is empty not at all", () => {
  const draft = { ...emptyDraft(), customer: "Ada", amount: "9007199254740993.10", reference: "R", currency: "usd",
                  date: "2026-11-22T10:15", items: [{ sku: "A", qt: "1,5" }] };
  expect(writeJson(invoiceOf(draft))).toBe('{"customer":"Ada","amount":9007199254740993.10,"reference":"R",'
    + '"currency":"USD","date":"2026/11/22 10:15:00","items":[{"sku":"A","qt":1.5}]}');
  expect(writeJson(invoiceOf({ ...emptyDraft(), amount: "ten" }))).toBe('{"amount":"ten","items":[{"sku":"","qt":1}]}');
});

it("a draft outlives a reload with its key", () => {
  const kept = new Map<string, string>();
  const storage = { getItem: (key: string) => kept.get(key) ?? null,
                    setItem: (key: string, value: string) => void kept.set(key, value) };
  const draft = { ...emptyDraft(), customer: "Ada" };
  keepDraft(draft, storage);
  expect(loadDraft(storage)).toEqual(draft);
  expect(loadDraft({ getItem: () => "{broken" }).customer).toBe("");
  expect(emptyDraft().key).not.toBe(emptyDraft().key);
});
