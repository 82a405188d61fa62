import { describe, expect, it } from "vitest";
import { writeJson } from "../src/api/json";
import { readCsv, writeCsv } from "../src/lib/csv";

const HEADER = "id,date,customer,reference,status,currency,amount,item,sku,qt,recordedAt,voidedAt,voidReason\r\n";

describe("CSV", () => {
  it("of the service's own export becomes the invoices that it came from", () => {
    const rows = '1,2025-01-30T12:00:02.000Z,"Doe, ""J""",INV-1,issued,USD,100.10,1,DG334,2,x,,\r\n'
      + '1,2025-01-30T12:00:02.000Z,"Doe, ""J""",INV-1,issued,USD,100.10,2,\'=DG335,1.5,x,,\r\n'
      + "2,2025-01-30T12:00:02.000Z,Bo,INV-1,issued,USD,5.00,1,A,1,x,,\r\n";
    const found = readCsv(`\uFEFF${HEADER}${rows}`);
    expect(found.map((each) => each.line)).toEqual([2, 4]);
    expect(writeJson(found[0]!.invoice)).toBe('{"customer":"Doe, \\"J\\"","amount":100.10,"reference":"INV-1",'
      + '"items":[{"sku":"DG334","qt":2},{"sku":"=DG335","qt":1.5}],"date":"2025-01-30T12:00:02.000Z","currency":"USD"}');
  });
  it("without ids goes by the reference", () => {
    const found = readCsv("reference,customer,amount,sku,qt\nR1,Ada,1.00,A,1\nR1,Ada,1.00,B,2\nR2,Ada,2.00,A,1\n");
    expect(found.map((each) => (each.invoice.items as unknown[]).length)).toEqual([2, 1]);
  });
  it("leaves a cell that is no number to the server's words", () => {
    const [found] = readCsv('reference,customer,amount,sku,qt\nR1,Ada,"1,50",A,one\n');
    expect(writeJson(found!.invoice)).toContain('"amount":"1,50"');
  });
  it("names what is missing", () => {
    expect(() => readCsv("a,b\n1,2\n")).toThrow(/customer, amount, reference, sku, qt/);
    expect(() => readCsv('reference,customer,amount,sku,qt\n"R1,Ada')).toThrow(/never ends/);
  });
  it("goes out so that a spreadsheet runs nothing", () => {
    expect(writeCsv(["a", "b"], [["=1+1", "-2.50"], ['x"y', "a,b"]])).toBe("a,b\r\n'=1+1,-2.50\r\n\"x\"\"y\",\"a,b\"\r\n");
  });
});
