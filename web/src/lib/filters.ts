// What the list of invoices can be narrowed by; the names are those of GET /invoices.
export const FILTERS = ["customer", "reference", "sku", "startDate", "endDate", "currency", "minAmount", "maxAmount",
                        "status"] as const;
export type Filter = (typeof FILTERS)[number];

/** The filters of an address, and nothing else that may stand in it. */
export function filtersOf(query: Record<string, string>): Record<string, string> {
  return Object.fromEntries(FILTERS.flatMap((name) => (query[name] ? [[name, query[name]]] : [])));
}

/** Of the server's faults the words for each field: pointers ("/items/0/qt") and parameters alike. */
export function wordsByField(faults: { pointer?: string; parameter?: string; detail: string }[]):
    Record<string, string> {
  const words: Record<string, string> = {};
  for (const fault of faults) {
    const field = fault.parameter ?? fault.pointer ?? "";
    words[field] = words[field] ? `${words[field]} ${fault.detail}` : fault.detail;
  }
  return words;
}
