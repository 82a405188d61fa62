import { useEffect, useRef, useState } from "preact/hooks";
import { api, type Page, type Problem } from "../api/client";
import { useLive } from "../api/events";
import { useMay, useReader } from "../api/session";
import type { Invoice } from "../api/types";
import { FILTERS, filtersOf, wordsByField } from "../lib/filters";
import * as format from "../lib/format";
import { asProblem } from "../lib/resource";
import { go, link } from "../lib/router";
import { useBusinessZone } from "../lib/zone";
import { Field } from "../parts/field";
import { Scroll } from "../parts/scroll";
import { CurlLine, Empty, Fault, State, Waiting } from "../parts/words";

const PER_PAGE = "50";
const LABELS: Record<string, string> = {
  customer: "Customer", reference: "Reference", sku: "SKU", startDate: "From", endDate: "To", currency: "Currency",
  minAmount: "Amount from", maxAmount: "Amount to", status: "Status",
};
const TYPES: Record<string, "date"> = { startDate: "date", endDate: "date" };

export function Invoices({ query }: { query: Record<string, string> }) {
  useBusinessZone();
  const mayWrite = useMay("invoices:write");
  const filters = filtersOf(query);
  const key = new URLSearchParams(filters).toString();
  const list = useList(key, filters);
  const faults = wordsByField(list.problem?.faults ?? []);
  return (
    <>
      <header class="head row">
        <h1>Invoices</h1>
        {mayWrite && (
          <div class="actions">
            <a class="button primary" href={link(["new"])}>New invoice</a>
            <a class="button" href={link(["import"])}>Import</a>
          </div>
        )}
      </header>
      <Search key={key} filters={filters} faults={faults} />
      {list.news && (
        <p class="news" role="status">Something is new. <button type="button" onClick={list.restart}>Show it</button></p>
      )}
      {list.problem && <Fault problem={list.problem} onRetry={list.problem.faults.length ? undefined : list.retry} />}
      {list.entries.length > 0 && <Table entries={list.entries} />}
      {list.complete && list.entries.length === 0 && (key === "" ? (
        <Empty title="No invoice yet">
          <p>Post the first one, from a program{mayWrite && <> or <a href={link(["new"])}>by hand</a></>}:</p>
          <CurlLine />
        </Empty>
      ) : (
        <Empty title="Nothing matches">
          <p>Customer, reference and SKU have to be the whole text. <a href={link(["invoices"])}>Show all invoices</a></p>
        </Empty>
      ))}
      {!list.complete && !list.problem && <More onMore={list.more} busy={list.busy} />}
      {list.complete && list.entries.length > 0 && <p class="quiet">{format.plural(list.entries.length, "invoice")}, that is all.</p>}
    </>
  );
}

interface List {
  entries: Invoice[];
  complete: boolean;
  busy: boolean;
  news: boolean;
  problem?: Problem;
  more: () => void;
  retry: () => void;
  restart: () => void;
}

interface Read {
  entries: Invoice[];
  next?: string;
  complete: boolean;
  version: number; // of what was there when the first page was asked for
  problem?: Problem;
}

/** Page after page by cursor, newest date first; a new start when the filters change. */
function useList(key: string, filters: Record<string, string>): List {
  const { invoices: version } = useLive();
  const { turn } = useReader();
  const [run, setRun] = useState(0);
  const [state, setState] = useState<Read>({ entries: [], complete: false, version });
  const [busy, setBusy] = useState(false);
  const control = useRef(new AbortController());

  const readFirst = (signal: AbortSignal) => api.invoices({ ...filters, sort: "-date", limit: PER_PAGE }, signal);
  const take = async (read: (signal: AbortSignal) => Promise<Page<Invoice>>, before: Invoice[], at: number) => {
    const { signal } = control.current;
    setBusy(true);
    try {
      const page = await read(signal);
      if (!signal.aborted) setState(after(page, before, at));
    } catch (error) {
      if (!signal.aborted) setState((old) => ({ ...old, problem: asProblem(error) }));
    } finally {
      if (!signal.aborted) setBusy(false);
    }
  };
  const first = () => take(readFirst, [], version);
  const more = () => {
    if (busy) return;
    if (state.next) void take((signal) => api.following(state.next!, signal), state.entries, state.version);
    else if (!state.complete) void first();
  };
  /** Puts the first page in its own place, unless the reader has gone on meanwhile. */
  const refresh = async () => {
    const { signal } = control.current;
    const page = await readFirst(signal).catch(() => undefined);
    if (!page || signal.aborted) return;
    setState((old) => (isFirstPage(old) && old.version < version ? after(page, [], version) : old));
  };

  useEffect(() => {
    control.current = new AbortController();
    setState({ entries: [], complete: false, version });
    void first();
    return () => control.current.abort();
  }, [key, run, turn]);
  // At the top, with no more than the first page, nobody loses their place.
  useEffect(() => {
    if (version !== state.version && isFirstPage(state) && scrollY < 200) void refresh();
  }, [version]);

  return {
    ...state, busy, news: version !== state.version && state.entries.length > 0, more,
    retry: () => {
      setState((old) => ({ ...old, problem: undefined }));
      more();
    },
    restart: () => setRun((before) => before + 1),
  };
}

function after(page: Page<Invoice>, before: Invoice[], version: number): Read {
  return { entries: [...before, ...page.entries], next: page.next, complete: page.next === undefined, version };
}

function isFirstPage({ entries, complete }: Read): boolean {
  return complete || entries.length <= Number(PER_PAGE);
}

function More({ onMore, busy }: { onMore: () => void; busy: boolean }) {
  const end = useRef<HTMLDivElement>(null);
  const latest = useRef(onMore);
  latest.current = onMore;
  useEffect(() => {
    const observer = new IntersectionObserver((entries) => entries.some((entry) => entry.isIntersecting) && latest.current(),
                                              { rootMargin: "600px" });
    if (!busy) observer.observe(end.current!);
    return () => observer.disconnect();
  }, [busy]);
  return (
    <div ref={end} class="more">
      {busy ? <Waiting what="more" /> : <button type="button" onClick={onMore}>Show more</button>}
    </div>
  );
}

function Search({ filters, faults }: { filters: Record<string, string>; faults: Record<string, string> }) {
  const [values, setValues] = useState(filters);
  const few = ["customer", "reference", "sku"];
  const rest = FILTERS.filter((name) => !few.includes(name));
  const inUse = rest.filter((name) => filters[name]).length;
  const field = (name: string) => (
    <Field key={name} name={name} label={LABELS[name]!} value={values[name] ?? ""} fault={faults[name]}
           type={TYPES[name] ?? "text"} inputMode={name.endsWith("Amount") ? "decimal" : undefined}
           onValue={(value) => setValues((before) => ({ ...before, [name]: value.trim() === "" ? "" : value }))} />
  );
  return (
    <form class="search" role="search" onSubmit={(event) => { event.preventDefault(); go(["invoices"], values); }}>
      <div class="fields">{few.map(field)}</div>
      <details open={inUse > 0 || rest.some((name) => faults[name])}>
        <summary>Dates, amount, status{inUse > 0 && ` (${inUse})`}</summary>
        <div class="fields">
          {rest.filter((name) => name !== "status").map(field)}
          <div class="field">
            <label for="field-status">Status</label>
            <select id="field-status" value={values.status ?? ""}
                    onChange={(event) => setValues((before) => ({ ...before, status: event.currentTarget.value }))}>
              <option value="">any</option><option value="issued">issued</option><option value="void">void</option>
            </select>
          </div>
        </div>
      </details>
      <div class="actions start">
        <button type="submit">Search</button>
        {Object.keys(filters).length > 0 && <a class="button" href={link(["invoices"])}>Clear</a>}
      </div>
    </form>
  );
}

function Table({ entries }: { entries: Invoice[] }) {
  return (
    <Scroll label="Invoices"><table class="list">
      <caption class="hidden">Invoices, newest date first</caption>
      <thead><tr>
        <th scope="col">Reference</th><th scope="col">Customer</th><th scope="col" class="number">Amount</th>
        <th scope="col" class="wide">Date</th><th scope="col" class="wide">Status</th>
      </tr></thead>
      <tbody>{entries.map((entry) => (
        <tr key={entry.id} class={entry.status === "void" ? "void" : undefined}>
          <th scope="row" class="cut"><a href={link(["invoices", entry.id])}><bdi>{entry.reference}</bdi></a></th>
          <td class="cut"><bdi>{entry.customer}</bdi></td>
          <td class="number">{format.amount(entry.amount, entry.currency)}</td>
          <td class="wide">{format.moment(entry.date)}</td>
          <td class="wide"><State state={entry.status} /></td>
        </tr>
      ))}</tbody>
    </table></Scroll>
  );
}
