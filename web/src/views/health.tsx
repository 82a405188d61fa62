import { api } from "../api/client";
import { useLive } from "../api/events";
import { mayForSure, useReader } from "../api/session";
import type { ReportSummary } from "../api/types";
import { whyOpen } from "../lib/delivery";
import * as format from "../lib/format";
import { readMetrics } from "../lib/metrics";
import { useNow, useResource } from "../lib/resource";
import { link } from "../lib/router";
import { useBusinessZone } from "../lib/zone";
import { Fault, State, Waiting } from "../parts/words";
import { DeadLetters } from "./dead_letters";

const EVERY_MS = 10_000;

export function Health() {
  const reader = useReader();
  const turn = Math.floor(useNow(EVERY_MS) / EVERY_MS);
  const ready = useResource("readiness", api.readiness, turn);
  return (
    <>
      <header class="head"><h1>Health</h1></header>
      {ready.data ? <Ready ready={ready.data} /> : ready.problem
        ? <Fault problem={ready.problem} onRetry={ready.reload} /> : <Waiting what="the state" />}
      {mayForSure(reader, "reports:read") && <Reports turn={turn} />}
      {mayForSure(reader, "metrics:read") && <Metrics turn={turn} />}
    </>
  );
}

function Reports({ turn }: { turn: number }) {
  useBusinessZone();
  const live = useLive();
  const reports = useResource("reports", (signal) => api.reports(90, signal), live.reports + turn);
  return (
    <>
      {reports.problem && <Fault problem={reports.problem} onRetry={reports.reload} />}
      {reports.data && <Deliveries entries={reports.data.entries} />}
      <DeadLetters turn={turn} />
    </>
  );
}

function Metrics({ turn }: { turn: number }) {
  const metrics = useResource("metrics", api.metrics, turn);
  return (
    <section aria-labelledby="process">
      <h2 id="process">Process</h2>
      {metrics.problem && !metrics.data && <Fault problem={metrics.problem} onRetry={metrics.reload} />}
      {metrics.data !== undefined ? <Process text={metrics.data} /> : !metrics.problem && (
        <p class="quiet">Health and metrics of this service are at another address, <code>OPS_ADDRESS</code> of its
          configuration.</p>
      )}
    </section>
  );
}

function Ready({ ready }: { ready: { status: string; missing: { name: string; detail: string }[] } }) {
  return ready.status === "ready" ? <p><span class="state done" aria-hidden="true" /> <strong>Ready.</strong> Everything that the service needs is there.</p> : (
    <div class="fault" role="alert">
      <p><strong>Not ready.</strong></p>
      <ul>{ready.missing.map((what) => <li key={what.name}><code>{what.name}</code> {what.detail}</li>)}</ul>
    </div>
  );
}

function Deliveries({ entries }: { entries: ReportSummary[] }) {
  const open = entries.filter((entry) => entry.deliveryState === "sealed" || entry.deliveryState === "published");
  const last = entries[0];
  return (
    <section aria-labelledby="deliveries">
      <h2 id="deliveries">Deliveries</h2>
      {!last && <p>No report yet; the first one is made at the next cut-off.</p>}
      {last && <p>The last report is <a href={link(["reports", last.businessDay])}>{format.day(last.businessDay)}</a>: <State state={last.deliveryState} /></p>}
      {last && open.length === 0 && <p class="quiet">Nothing waits among the last {format.plural(entries.length, "report")}.</p>}
      {open.map((entry) => <OpenDelivery key={entry.number} entry={entry} />)}
    </section>
  );
}

function OpenDelivery({ entry }: { entry: ReportSummary }) {
  const { reports: version } = useLive();
  const report = useResource(`report ${entry.businessDay}`, (signal) => api.report(entry.businessDay, signal), version);
  return (
    <article class="open-delivery">
      <h3><a href={link(["reports", entry.businessDay])}>{format.day(entry.businessDay)}</a> <State state={entry.deliveryState} /></h3>
      <p class="breaks">{report.data ? whyOpen(report.data) : "…"}</p>
    </article>
  );
}

function Process({ text }: { text: string }) {
  const facts = readMetrics(text);
  const now = useNow(EVERY_MS);
  const value = (name: string) => facts.values[name];
  const rows: [string, string][] = [
    ["Program", `${facts.program ?? "?"} ${facts.version ?? ""}`],
    ["Up for", facts.startedAt ? format.duration(now - facts.startedAt) : "?"],
    ["Memory", format.bytes(value("process_resident_memory_bytes"))],
    ["Store", format.bytes(value("store_database_bytes"))],
    ["Invoices taken since the start", format.count(value("invoices_recorded_total") ?? 0)],
    ["Open connections", format.count(value("http_connections") ?? 0)],
  ];
  return (
    <>
      <dl class="pairs">{rows.filter(([, shown]) => shown !== "").map(([name, shown]) => (
        <div key={name}><dt>{name}</dt><dd>{shown}</dd></div>
      ))}</dl>
      <p class="quiet">All metrics for Prometheus: <a href="/metrics">/metrics</a>. The contract for programs:{" "}
        <a href="/openapi.yaml">/openapi.yaml</a>.</p>
    </>
  );
}
