import { useEffect, useState } from "preact/hooks";
import { api, type Problem } from "../api/client";
import { mayForSure, useReader } from "../api/session";
import { emptyDraft, invoiceOf, keepDraft, loadDraft, type Draft } from "../lib/draft";
import { wordsByField } from "../lib/filters";
import * as format from "../lib/format";
import { asProblem, useResource } from "../lib/resource";
import { go, link } from "../lib/router";
import { Field } from "../parts/field";
import { Fault } from "../parts/words";

export function NewInvoice() {
  const [draft, setDraft] = useState(loadDraft);
  const [problem, setProblem] = useState<Problem>();
  const [busy, setBusy] = useState(false);
  const mayRead = mayForSure(useReader(), "reports:read");
  const day = useResource(`running day ${mayRead}`, (signal) => (mayRead ? api.runningDay(signal) : Promise.resolve(undefined)));
  if (day.data) format.setZone(day.data.timeZone);
  useEffect(() => keepDraft(draft), [draft]);
  const words = wordsByField(problem?.faults ?? []);
  const known = new Set(["/customer", "/amount", "/reference", "/date", "/currency",
                         ...draft.items.flatMap((_, index) => [`/items/${index}/sku`, `/items/${index}/qt`])]);
  const elsewhere = problem && (problem.faults.length === 0 || problem.faults.some((fault) => !known.has(fault.pointer ?? "")));

  // A changed invoice is another one: it needs a key of its own, or the server would take it for a clash.
  const say = (change: Partial<Draft>) => setDraft((before) => ({ ...before, ...change }));
  const sayItem = (index: number, change: Partial<Draft["items"][number]>) =>
    say({ items: draft.items.map((item, at) => (at === index ? { ...item, ...change } : item)) });
  const text = (name: keyof Omit<Draft, "items" | "key">, label: string, extra = {}) => (
    <Field name={name} label={label} value={draft[name]} onValue={(value) => say({ [name]: value })}
           fault={words[`/${name}`]} {...extra} />
  );

  const send = async () => {
    setBusy(true);
    setProblem(undefined);
    try {
      const stored = await api.create(invoiceOf(draft), draft.key);
      const next = emptyDraft();
      keepDraft(next);
      go(["invoices", stored.id]);
    } catch (error) {
      const found = asProblem(error);
      setProblem(found);
      // The first try may have been stored as it stood then; what was changed since is another invoice.
      if (found.code === "idempotency_key_reused") say({ key: emptyDraft().key });
      setBusy(false);
    }
  };

  return (
    <>
      <header class="head">
        <p class="quiet"><a href={link(["invoices"])}>Invoices</a> / New</p>
        <h1>New invoice</h1>
      </header>
      <form class="entry" noValidate onSubmit={(event) => { event.preventDefault(); if (!busy) void send(); }}>
        <div class="fields">
          {text("customer", "Customer")}
          {text("reference", "Reference")}
          {text("amount", "Amount", { inputMode: "decimal" })}
          {text("currency", "Currency", { maxLength: 3, placeholder: day.data?.currency ?? "",
                                          hint: "Empty: the one of the business" })}
          {text("date", "Date", { type: "datetime-local", hint: `In ${format.zoneName()}; empty: now` })}
        </div>
        <fieldset>
          <legend>Items</legend>
          {draft.items.map((item, index) => (
            <div class="fields item" key={index}>
              <Field name={`sku-${index}`} label={`SKU ${index + 1}`} value={item.sku} fault={words[`/items/${index}/sku`]}
                     onValue={(sku) => sayItem(index, { sku })} />
              <Field name={`qt-${index}`} label={`Quantity ${index + 1}`} value={item.qt} inputMode="decimal"
                     fault={words[`/items/${index}/qt`]} onValue={(qt) => sayItem(index, { qt })} />
              {draft.items.length > 1 && (
                <button type="button" aria-label={`Remove item ${index + 1}`}
                        onClick={() => say({ items: draft.items.filter((_, at) => at !== index) })}>Remove</button>
              )}
            </div>
          ))}
          <button type="button" onClick={() => say({ items: [...draft.items, { sku: "", qt: "1" }] })}>Add an item</button>
        </fieldset>
        {problem && !elsewhere && <p class="fault" role="alert">{problem.title}: see the marked fields.</p>}
        {problem && elsewhere && <Fault problem={problem}>
          {problem.passing && <p>Send it again: if the first try was stored after all, it is not stored twice.</p>}
          {problem.code === "idempotency_key_reused" && (
            <p>An earlier try was stored as it stood then. Look it up before you send this as a new one.</p>)}
        </Fault>}
        <div class="actions start">
          <button type="submit" class="primary" disabled={busy}>{busy ? "Storing …" : "Store the invoice"}</button>
          <button type="button" onClick={() => { setDraft(emptyDraft()); setProblem(undefined); }}>Clear</button>
        </div>
      </form>
    </>
  );
}
