// CSV for spreadsheets, and back: the form of GET /invoices with Accept: text/csv, one row an item.
import Papa from "papaparse";
import { number } from "../api/json";
import { isDecimal } from "./decimal";

// A cell that begins so would be run by a spreadsheet; the export puts an apostrophe before it.
const FORMULA = /^[=+\-@\t\r]/;
const GUARDED = /^'[=+\-@\t\r]/;

export function writeCsv(header: string[], rows: string[][]): string {
  const cell = (text: string) => {
    const safe = FORMULA.test(text) && !isDecimal(text) ? `'${text}` : text;
    return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
  };
  return [header, ...rows].map((row) => `${row.map(cell).join(",")}\r\n`).join("");
}

/** An invoice of a file: what is sent, and the line of the file where it begins. */
export interface FileInvoice {
  line: number;
  invoice: Record<string, unknown>;
}

const NEEDED = ["customer", "amount", "reference", "sku", "qt"];

/** A cell that should be a number goes out as one; anything else as text, for the server to name the fault. */
function numeric(text: string): unknown {
  const trimmed = text.trim();
  return isDecimal(trimmed) ? number(trimmed) : trimmed;
}

function unguarded(text: string): string {
  return GUARDED.test(text) ? text.slice(1) : text;
}

/**
 * Rows with the same `id` (or, without that column, the same reference) that follow each other are the items of one
 * invoice. Columns that an invoice does not have on entry (id, status, item, recordedAt, …) only group. Throws an
 * Error with a sentence for the reader when columns are missing or a quote never ends.
 */
export function readCsv(text: string): FileInvoice[] {
  const parsed = Papa.parse<string[]>(text.replace(/^\uFEFF/, ""), { skipEmptyLines: false });
  const fault = parsed.errors.find((error) => error.type === "Quotes");
  if (fault) throw new Error(`Row ${(fault.row ?? 0) + 1}: a quoted cell never ends.`);
  const [header = [], ...rows] = parsed.data;
  const names = header.map((name) => name.trim());
  const missing = NEEDED.filter((name) => !names.includes(name));
  if (missing.length > 0) {
    throw new Error(`The first row must name the columns; there is no ${missing.join(", ")}.`);
  }
  const found: FileInvoice[] = [];
  let group: string | undefined;
  rows.forEach((row, index) => {
    if (row.every((cell) => cell.trim() === "")) return;
    const cell = (name: string) => unguarded(row[names.indexOf(name)] ?? "");
    const item = { sku: cell("sku"), qt: numeric(cell("qt")) };
    const key = names.includes("id") ? `id ${cell("id")}` : `reference ${cell("reference")}`;
    if (key === group) {
      (found[found.length - 1]!.invoice.items as unknown[]).push(item);
      return;
    }
    group = key;
    const invoice: Record<string, unknown> = {
      customer: cell("customer"), amount: numeric(cell("amount")), reference: cell("reference"), items: [item],
    };
    for (const name of ["date", "currency", "idempotencyKey"]) if (cell(name)) invoice[name] = cell(name);
    found.push({ line: index + 2, invoice });
  });
  return found;
}
