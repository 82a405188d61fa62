// A new invoice as it is typed. It outlives a reload and a lost connection, with the key that makes a retry harmless.
import { number } from "../api/json";
import { isDecimal } from "./decimal";
import { newKey } from "./keys";

export interface Draft {
  key: string;
  customer: string;
  amount: string;
  currency: string;
  reference: string;
  date: string;
  items: { sku: string; qt: string }[];
}

const PLACE = "new invoice";

export function emptyDraft(): Draft {
  return { key: newKey(), customer: "", amount: "", currency: "", reference: "", date: "", items: [{ sku: "", qt: "1" }] };
}

export function loadDraft(storage: Pick<Storage, "getItem"> = sessionStorage): Draft {
  try {
    const kept = JSON.parse(storage.getItem(PLACE) ?? "null") as Draft | null;
    if (kept?.key && Array.isArray(kept.items)) return { ...emptyDraft(), ...kept };
  } catch {
    // What cannot be read is no draft.
  }
  return emptyDraft();
}

export function keepDraft(draft: Draft, storage: Pick<Storage, "setItem"> = sessionStorage): void {
  try {
    storage.setItem(PLACE, JSON.stringify(draft));
  } catch {
    // Without room or permission it is kept on the screen alone.
  }
}

/** A comma or blanks as the reader's locale may have them; anything else is the server's to judge. */
function typedNumber(text: string): unknown {
  const plain = text.trim().replace(/[\s\u00a0']/g, "").replace(/^(-?\d+),(\d+)$/, "$1.$2");
  return isDecimal(plain) ? number(plain) : text.trim();
}

/** What is sent: numbers digit for digit as typed, nothing for a field left empty. */
export function invoiceOf(draft: Draft): Record<string, unknown> {
  const invoice: Record<string, unknown> = {};
  if (draft.customer) invoice.customer = draft.customer;
  if (draft.amount.trim()) invoice.amount = typedNumber(draft.amount);
  if (draft.reference) invoice.reference = draft.reference;
  if (draft.currency.trim()) invoice.currency = draft.currency.trim().toUpperCase();
  // The input gives 2026-11-22T10:15, in the zone of the business.
  if (draft.date) invoice.date = draft.date.includes("T") ? `${draft.date.replaceAll("-", "/").replace("T", " ")}:00` : draft.date;
  invoice.items = draft.items.map(({ sku, qt }) => ({ sku, ...(qt.trim() ? { qt: typedNumber(qt) } : {}) }));
  return invoice;
}
