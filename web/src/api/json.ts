// JSON whose numbers keep their text. Members that count are whole numbers and become numbers.
import { parse, stringify, LosslessNumber } from "lossless-json";

const COUNTS = new Set(["schema", "number", "invoices", "voids", "correctionCount", "sends", "attempts", "line",
                        "status"]);

export function readJson<T>(text: string): T {
  return parse(text, (key, value) => (typeof value === "string" || !(value instanceof LosslessNumber) ? value
    : COUNTS.has(key) ? Number(value.value) : value.value)) as T;
}

/** A decimal text that writeJson() writes as a number, digit for digit. */
export function number(text: string): LosslessNumber {
  return new LosslessNumber(text);
}

export function writeJson(value: unknown): string {
  return stringify(value) ?? "null";
}
