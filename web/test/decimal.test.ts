import { describe, expect, it } from "vitest";
import { add, average, change, compare, digitsOf, isDecimal, isZero, subtract } from "../src/lib/decimal";

describe("exact decimals", () => {
  it("add and subtract what a binary float cannot", () => {
    expect(add("0.10", "0.20")).toBe("0.30");
    expect(subtract("100.10", "0.1")).toBe("100.00");
    expect(add("90071992547409931234.56", "0.001")).toBe("90071992547409931234.561");
    expect(subtract("1.00", "2.50")).toBe("-1.50");
    expect(add("-0.05", "0.04")).toBe("-0.01");
  });
  it("keep the digits of a currency", () => {
    expect(digitsOf("100")).toBe(0);
    expect(digitsOf("0.500")).toBe(3);
    expect(add("1e2", "1.5e-1")).toBe("100.15");
  });
  it("average half to even, with the digits of the total", () => {
    expect(average("10.00", 3)).toBe("3.33");
    expect(average("0.05", 2)).toBe("0.02");
    expect(average("0.07", 2)).toBe("0.04");
    expect(average("-10.00", 3)).toBe("-3.33");
    expect(average("100", 8)).toBe("12");
    expect(average("100", 0)).toBeUndefined();
  });
  it("compare by value, not by text", () => {
    expect(["10", "9.5", "-1", "9.50"].sort(compare)).toEqual(["-1", "9.5", "9.50", "10"]);
    expect(isZero("0.00")).toBe(true);
  });
  it("change as a fraction, nothing after nothing", () => {
    expect(change("125.00", "100.00")).toBe(0.25);
    expect(change("50", "100.000")).toBe(-0.5);
    expect(change("1", "0.00")).toBeUndefined();
    expect(change("-1", "-2")).toBe(0.5);
  });
  it("refuse what is no number", () => {
    for (const text of ["", "1.", ".5", "1,5", "0x10", "NaN", "1 000"]) expect(isDecimal(text)).toBe(false);
    expect(() => add("a", "1")).toThrow(RangeError);
  });
});
