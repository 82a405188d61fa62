import { useState } from "preact/hooks";
import { api, type Problem } from "../api/client";
import { useLive } from "../api/events";
import { useMay } from "../api/session";
import type { Invoice as InvoiceData } from "../api/types";
import { wordsByField } from "../lib/filters";
import * as format from "../lib/format";
import { asProblem, useResource } from "../lib/resource";
import { link } from "../lib/router";
import { useBusinessZone } from "../lib/zone";
import { Dialog } from "../parts/dialog";
import { Field } from "../parts/field";
import { Scroll } from "../parts/scroll";
import { Fault, State, Waiting } from "../parts/words";

export function Invoice({ id }: { id: string }) {
  useBusinessZone();
  const { invoices: version } = useLive();
  const invoice = useResource(`invoice ${id}`, (signal) => api.invoice(id, signal), version);
  const mayVoid = useMay("invoices:write");
  const [asking, setAsking] = useState(false);
  if (!invoice.data) {
    return invoice.problem
      ? <Fault problem={invoice.problem} onRetry={invoice.reload}><p><a href={link(["invoices"])}>All invoices</a></p></Fault>
      : <Waiting what="the invoice" />;
  }
  const data = invoice.data;
  return (
    <>
      <header class="head">
        <p class="quiet"><a href={link(["invoices"])}>Invoices</a> / <code>{data.id}</code></p>
        <h1 class="breaks"><bdi>{data.reference}</bdi> <State state={data.status} /></h1>
        <p class="breaks"><a href={link(["invoices"], { customer: data.customer })}><bdi>{data.customer}</bdi></a></p>
      </header>
      {invoice.problem && <Fault problem={invoice.problem} onRetry={invoice.reload} />}
      <dl class="figures">
        <div class="main"><dt>Amount</dt><dd class={data.status === "void" ? "struck" : ""}>{format.amount(data.amount, data.currency)}</dd></div>
        <div><dt>Date</dt><dd class="small">{format.moment(data.date)}</dd></div>
        <div><dt>Items</dt><dd class="small">{format.count(data.items.length)}</dd></div>
      </dl>
      {data.status === "issued" && mayVoid && (
        <div class="actions start"><button type="button" class="danger" onClick={() => setAsking(true)}>Void …</button></div>
      )}
      <Items data={data} />
      <History data={data} />
      {Object.keys(data.metadata).length > 0 && (
        <section aria-labelledby="metadata">
          <h2 id="metadata">Metadata</h2>
          <dl class="pairs">{Object.entries(data.metadata).map(([name, value]) => (
            <div key={name}><dt><bdi>{name}</bdi></dt><dd><bdi>{value}</bdi></dd></div>
          ))}</dl>
        </section>
      )}
      {asking && <MakeVoid data={data} onClose={() => setAsking(false)} onDone={invoice.reload} />}
    </>
  );
}

function Items({ data }: { data: InvoiceData }) {
  return (
    <section aria-labelledby="items">
      <h2 id="items">Items</h2>
      <Scroll label="Table of items"><table class="list narrow">
        <thead><tr><th scope="col">SKU</th><th scope="col" class="number">Quantity</th></tr></thead>
        <tbody>{data.items.map((item) => (
          <tr><th scope="row" class="breaks"><a href={link(["invoices"], { sku: item.sku })}><bdi>{item.sku}</bdi></a></th>
            <td class="number">{format.quantity(item.qt)}</td></tr>
        ))}</tbody>
      </table></Scroll>
    </section>
  );
}

function History({ data }: { data: InvoiceData }) {
  return (
    <section aria-labelledby="history">
      <h2 id="history">History</h2>
      <ol class="history">
        <li><time dateTime={data.recordedAt}>{format.moment(data.recordedAt)}</time> entered<By who={data.createdBy} /></li>
        {data.voidedAt && (
          <li><time dateTime={data.voidedAt}>{format.moment(data.voidedAt)}</time> made void<By who={data.voidedBy} />: <bdi class="breaks">{data.voidReason}</bdi></li>
        )}
      </ol>
    </section>
  );
}

/** Nothing where nobody was asked who they are. */
function By({ who }: { who?: string }) {
  return who ? <> by <code class="breaks">{who}</code></> : null;
}

function MakeVoid({ data, onClose, onDone }: { data: InvoiceData; onClose: () => void; onDone: () => void }) {
  const [reason, setReason] = useState("");
  const [problem, setProblem] = useState<Problem>();
  const [busy, setBusy] = useState(false);
  const words = wordsByField(problem?.faults ?? []);
  const make = async () => {
    setBusy(true);
    try {
      await api.void(data.id, reason);
      onDone();
      onClose();
    } catch (error) {
      setProblem(asProblem(error));
      setBusy(false);
    }
  };
  return (
    <Dialog title="Make this invoice void?" action="Make it void" danger busy={busy} onDo={make} onClose={onClose}>
      <p class="breaks">{format.amount(data.amount, data.currency)} of <bdi>{data.reference}</bdi> will count no more. This
        cannot be undone. If the report of its day is out already, the next one says so.</p>
      <Field name="reason" label="Reason" value={reason} onValue={setReason} fault={words["/reason"]} required
             maxLength={500} />
      {problem && problem.faults.length === 0 && <Fault problem={problem} />}
    </Dialog>
  );
}
