// What has changed, as it happens: GET /events. One connection for the whole page.
import { useEffect, useState } from "preact/hooks";
import { currentReader, follow as followReader, may, type Reader } from "./session";

export type Connection = "none" | "live" | "lost"; // none: not asked for yet, or not allowed

export interface Live {
  connection: Connection;
  invoices: number; // differs from before when an invoice was entered or voided
  reports: number; // differs from before when a report was sealed or its delivery moved on
}

const RETRY_MS = 1500;
let live: Live = { connection: "none", invoices: 0, reports: 0 };
let started = false;
let source: EventSource | undefined;
const listeners = new Set<(live: Live) => void>();

function publish(next: Live): void {
  live = next;
  for (const listener of listeners) listener(live);
}

function moved(part: "invoices" | "reports" | "both"): void {
  publish({
    connection: "live",
    invoices: live.invoices + (part === "reports" ? 0 : 1),
    reports: live.reports + (part === "invoices" ? 0 : 1),
  });
}

/** Before it is known who reads, too: the sooner it begins, the less is read twice. */
function allowed(reader: Reader): boolean {
  return !reader.out && may(reader, "reports:read");
}

function connect(): void {
  if (document.hidden || source || !allowed(currentReader())) return;
  source = new EventSource("/events");
  let seen: { invoices: number; reports: number } | undefined;
  source.addEventListener("change", (event) => {
    const now = JSON.parse((event as MessageEvent<string>).data) as { invoices: number; reports: number };
    const before = seen;
    seen = now;
    // The first one says where the counters stand; what was read before may be older than that.
    if (!before) return moved("both");
    if (now.invoices !== before.invoices) moved("invoices");
    if (now.reports !== before.reports) moved("reports");
  });
  source.onerror = () => {
    // The browser's own retries stop at the first answer that is no stream; ours do not.
    disconnect();
    if (!allowed(currentReader())) return;
    if (live.connection !== "lost") publish({ ...live, connection: "lost" });
    setTimeout(connect, RETRY_MS);
  };
}

function disconnect(): void {
  source?.close();
  source = undefined;
}

/** A browser opens six connections to one address, for all its tabs: those that nobody sees let go of theirs. */
function follow(): void {
  followReader((reader) => {
    if (allowed(reader)) return connect();
    disconnect();
    publish({ ...live, connection: "none" });
  });
  document.addEventListener("visibilitychange", () => (document.hidden ? disconnect() : connect()));
  connect();
}

export function useLive(): Live {
  const [state, setState] = useState(live);
  useEffect(() => {
    listeners.add(setState);
    if (!started) {
      started = true;
      follow();
    }
    setState(live);
    return () => void listeners.delete(setState);
  }, []);
  return state;
}
