import { expect, it } from "vitest";
import { number, readJson, writeJson } from "../src/api/json";

it("amounts keep the text that the API wrote, counts are numbers", () => {
  const read = readJson<Record<string, unknown>>(
    '{"amount":100.10,"big":9007199254740993.25,"invoices":3,"qt":1e2,"name":"1.0","none":null}');
  expect(read).toEqual({ amount: "100.10", big: "9007199254740993.25", invoices: 3, qt: "1e2", name: "1.0", none: null });
});

it("a number goes out digit for digit", () => {
  expect(writeJson({ amount: number("9007199254740993.10"), customer: 'a"b\u2028' }))
    .toBe('{"amount":9007199254740993.10,"customer":"a\\"b\u2028"}');
});
