// What the page says when something is missing or wrong, always with a way on.
import type { ComponentChildren } from "preact";
import type { Problem } from "../api/client";

export function Fault({ problem, onRetry, children }:
    { problem: Problem; onRetry?: () => void; children?: ComponentChildren }) {
  return (
    <div class="fault" role="alert">
      <p><strong>{problem.title}.</strong> {problem.detail}</p>
      {problem.faults.length > 0 && (
        <ul>{problem.faults.map((fault) => <li key={fault.pointer ?? fault.parameter}>
          <code>{fault.pointer ?? fault.parameter}</code> {fault.detail}
        </li>)}</ul>
      )}
      {children}
      {onRetry && <button type="button" onClick={onRetry}>Try again</button>}
    </div>
  );
}

export function Waiting({ what }: { what: string }) {
  return <p class="waiting" role="status">Reading {what} …</p>;
}

/** An empty state: what is to be done first. */
export function Empty({ title, children }: { title: string; children?: ComponentChildren }) {
  return <div class="empty"><h2>{title}</h2>{children}</div>;
}

const FIRST_INVOICE = `{"customer": "Ada", "amount": 120.50, "reference": "R-1", "items": [{"sku": "DG334", "qt": 2}]}`;

/** The line that posts a first invoice to where this page came from. */
export function CurlLine() {
  return (
    <pre class="curl" tabIndex={0} aria-label="A command line that posts an invoice"><code>{
      `curl ${location.origin}/invoices -H 'Content-Type: application/json' \\\n  -d '${FIRST_INVOICE}'`
    }</code></pre>
  );
}

export function State({ state }: { state: string }) {
  const words: Record<string, string> = {
    sealed: "waits for the queue", published: "on its way", done: "delivered", dead: "not delivered",
    issued: "issued", void: "void", waiting: "waits", sent: "sent", refused: "refused", dropped: "given up",
    created: "stored", replayed: "was there", failed: "failed",
  };
  return <span class={`state ${state}`}>{words[state] ?? state}</span>;
}
