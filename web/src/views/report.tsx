import { useState } from "preact/hooks";
import { api, type Problem } from "../api/client";
import { useLive } from "../api/events";
import { useMay } from "../api/session";
import type { ComparedDay, Correction, CurrencyTotal, Delivery, SkuQuantity, StoredReport } from "../api/types";
import { writeCsv } from "../lib/csv";
import { compare } from "../lib/decimal";
import * as format from "../lib/format";
import { asProblem, useResource } from "../lib/resource";
import { go, link } from "../lib/router";
import { Dialog } from "../parts/dialog";
import { download } from "../parts/download";
import { Scroll } from "../parts/scroll";
import { Fault, State, Waiting } from "../parts/words";

export function Report({ day, query }: { day: string; query: Record<string, string> }) {
  const { reports: version } = useLive();
  const report = useResource(`report ${day}`, (signal) => api.report(day, signal), version);
  const maySend = useMay("reports:manage");
  const [asking, setAsking] = useState(false);
  if (!report.data) {
    return report.problem
      ? <Fault problem={report.problem} onRetry={report.reload}><p><a href={link(["days"])}>All reports</a></p></Fault>
      : <Waiting what="the report" />;
  }
  const data = report.data;
  format.setZone(data.timeZone);
  return (
    <>
      <header class="head">
        <p class="quiet"><a href={link(["days"])}>Days</a> / Report {data.number}</p>
        <h1>{format.day(data.businessDay)}</h1>
        <p class="quiet">{format.moment(data.from)} to {format.moment(data.to)} · {data.timeZone}</p>
      </header>
      {report.problem && <Fault problem={report.problem} onRetry={report.reload} />}
      <div class="actions start">
        {maySend && <button type="button" class="primary" onClick={() => setAsking(true)}>Send again …</button>}
        <button type="button" onClick={() => download(`report-${day}.csv`, "text/csv", csvOf(data))}>CSV</button>
        <a class="button" href={api.jsonAddress(day)} target="_blank" rel="noopener">JSON</a>
      </div>
      <Totals report={data} />
      <DeliveryPart delivery={data.delivery} />
      <Corrections corrections={data.corrections} opening={data.openingBalance} />
      <Skus day={day} skus={data.totalSkuQuantities} query={query} />
      <section aria-labelledby="mail">
        <h2 id="mail">The mail</h2>
        <iframe class="mail" title="The mail as it went out" sandbox="" loading="lazy" src={api.mailAddress(day)} />
      </section>
      {asking && <SendAgain report={data} onClose={() => setAsking(false)} onSent={report.reload} />}
    </>
  );
}

function Totals({ report }: { report: StoredReport }) {
  const rows: [string, CurrencyTotal[]][] = [["The day", report.totals]];
  const add = (name: string, compared: ComparedDay | null) => compared && rows.push([name, compared.totals]);
  add("The day before", report.comparisons.previousDay);
  add("The same weekday, last week", report.comparisons.sameWeekdayLastWeek);
  return (
    <section aria-labelledby="figures">
      <h2 id="figures">Figures</h2>
      {report.totals.length === 0 && <p>Nothing was sold on this day.</p>}
      <TotalsTable label="Table of figures" rows={rows.filter(([, totals]) => totals.length > 0)} />
    </section>
  );
}

function TotalsTable({ label, rows }: { label: string; rows: [string, CurrencyTotal[]][] }) {
  if (rows.length === 0) return null;
  return (
    <Scroll label={label}><table>
      <thead><tr>
        <th scope="col">Window</th><th scope="col" class="number">Amount</th>
        <th scope="col" class="number">Invoices</th><th scope="col" class="number">Void</th>
      </tr></thead>
      <tbody>{rows.flatMap(([name, totals]) => totals.map((total, index) => (
        <tr>
          <th scope="row">{index === 0 ? name : <span class="hidden">{name}</span>}</th>
          <td class="number">{format.amount(total.amount, total.currency)}</td>
          <td class="number">{format.count(total.invoices)}</td>
          <td class="number">{format.count(total.voids)}</td>
        </tr>
      )))}</tbody>
    </table></Scroll>
  );
}

function DeliveryPart({ delivery }: { delivery: Delivery }) {
  return (
    <section aria-labelledby="delivery">
      <h2 id="delivery">Delivery <State state={delivery.state} /></h2>
      <p class="quiet">
        Sealed {format.moment(delivery.sealedAt)}
        {delivery.publishedAt && `, on the queue ${format.moment(delivery.publishedAt)}`}
        {delivery.doneAt && `, done ${format.moment(delivery.doneAt)}`}
        {delivery.sends > 1 && ` · sent ${delivery.sends} times`}
      </p>
      {delivery.lastError && <p class="fault">Last error: {delivery.lastError}</p>}
      {delivery.recipients.length > 0 && (
        <Scroll label="Table of recipients"><table>
          <thead><tr><th scope="col">Recipient</th><th scope="col">State</th><th scope="col" class="number">Tries</th>
            <th scope="col">When, or why not</th></tr></thead>
          <tbody>{delivery.recipients.map((each) => (
            <tr key={each.address}>
              <th scope="row" class="address"><bdi>{each.address}</bdi></th><td><State state={each.state} /></td>
              <td class="number">{format.count(each.attempts)}</td>
              <td>{each.sentAt ? format.moment(each.sentAt) : each.lastError ?? "–"}</td>
            </tr>
          ))}</tbody>
        </table></Scroll>
      )}
    </section>
  );
}

function Corrections({ corrections, opening }: { corrections: Correction[]; opening: Correction | null }) {
  const all = opening ? [opening, ...corrections] : corrections;
  if (all.length === 0) return null;
  return (
    <section aria-labelledby="corrections">
      <h2 id="corrections">Corrections of earlier days</h2>
      <p class="quiet">Entered or voided after the report of its day was sealed.</p>
      {all.map((correction) => (
        <article key={correction.number}>
          <h3>{correction.businessDay === null ? "Before the books were opened"
            : <a href={link(["reports", correction.businessDay])}>{format.day(correction.businessDay)}</a>}</h3>
          <TotalsTable label={`Difference of report ${correction.number}`} rows={[["Difference", correction.totals]]} />
          {correction.skuQuantities.length > 0 && (
            <p class="quiet">{correction.skuQuantities.slice(0, 20).map(({ sku, qt }, index) => (
              <span>{index > 0 && ", "}<bdi>{sku}</bdi> {format.quantity(qt)}</span>
            ))}{correction.skuQuantities.length > 20 && ` and ${correction.skuQuantities.length - 20} more in the JSON`}</p>
          )}
        </article>
      ))}
    </section>
  );
}

const SHOWN = 200;

function Skus({ day, skus, query }: { day: string; skus: SkuQuantity[]; query: Record<string, string> }) {
  const [all, setAll] = useState(false);
  if (skus.length === 0) return null;
  const by = query.sort ?? "-qt";
  const wanted = (query.filter ?? "").toLowerCase();
  const say = (change: Record<string, string>) => go(["reports", day], { ...query, ...change }, true);
  const found = skus.filter(({ sku }) => sku.toLowerCase().includes(wanted));
  const sorted = [...found].sort((a, b) => {
    const order = by.endsWith("qt") ? compare(a.qt, b.qt) : a.sku < b.sku ? -1 : 1;
    return by.startsWith("-") ? -order : order;
  });
  const shown = all ? sorted : sorted.slice(0, SHOWN);
  const column = (key: string, name: string, extra = "") => (
    <th scope="col" class={extra} aria-sort={by === key ? "ascending" : by === `-${key}` ? "descending" : "none"}>
      <button type="button" class="sort" onClick={() => say({ sort: by === `-${key}` ? key : `-${key}` })}>
        {name}<span aria-hidden="true">{by === key ? " ↑" : by === `-${key}` ? " ↓" : ""}</span>
      </button>
    </th>
  );
  return (
    <section aria-labelledby="skus">
      <h2 id="skus">SKUs <small class="quiet">{format.count(skus.length)}</small></h2>
      <label class="inline">Only with <input type="search" value={query.filter ?? ""}
        onInput={(event) => say({ filter: event.currentTarget.value })} /></label>
      <Scroll label="Table of SKUs"><table class="list narrow">
        <thead><tr>{column("sku", "SKU")}{column("qt", "Quantity", "number")}</tr></thead>
        <tbody>{shown.map(({ sku, qt }) => (
          <tr key={sku}><th scope="row"><bdi>{sku}</bdi></th><td class="number">{format.quantity(qt)}</td></tr>
        ))}</tbody>
      </table></Scroll>
      {found.length === 0 && <p>No SKU of this day has “{query.filter}” in it.</p>}
      {shown.length < found.length && (
        <button type="button" onClick={() => setAll(true)}>Show all {format.count(found.length)}</button>
      )}
    </section>
  );
}

function SendAgain({ report, onClose, onSent }: { report: StoredReport; onClose: () => void; onSent: () => void }) {
  const [problem, setProblem] = useState<Problem>();
  const [busy, setBusy] = useState(false);
  const send = async () => {
    setBusy(true);
    try {
      await api.resend(report.businessDay);
      onSent();
      onClose();
    } catch (error) {
      setProblem(asProblem(error));
      setBusy(false);
    }
  };
  return (
    <Dialog title={`Send the report of ${format.day(report.businessDay)} again?`} action="Send again" busy={busy}
            onDo={send} onClose={onClose}>
      <p>{report.delivery.state === "dead"
        ? "It goes on where it stopped: who has the mail already does not get it a second time."
        : "Every recipient gets the mail once more."}</p>
      {problem && <Fault problem={problem} />}
    </Dialog>
  );
}

function csvOf(report: StoredReport): string {
  const row = (part: string, day: string, name: string, value: string) => [part, day, name, value];
  const rows = report.totals.flatMap((total) => [
    row("total", report.businessDay, total.currency, total.amount),
    row("invoices", report.businessDay, total.currency, String(total.invoices)),
    row("voids", report.businessDay, total.currency, String(total.voids)),
  ]);
  rows.push(...report.totalSkuQuantities.map(({ sku, qt }) => row("quantity", report.businessDay, sku, qt)));
  for (const correction of [...(report.openingBalance ? [report.openingBalance] : []), ...report.corrections]) {
    const day = correction.businessDay ?? "";
    rows.push(...correction.totals.map((total) => row("correction", day, total.currency, total.amount)));
    rows.push(...correction.skuQuantities.map(({ sku, qt }) => row("quantity correction", day, sku, qt)));
  }
  return writeCsv(["part", "businessDay", "name", "value"], rows);
}
