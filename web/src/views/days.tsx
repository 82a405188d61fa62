import { useMemo } from "preact/hooks";
import uPlot from "uplot";
import { api } from "../api/client";
import { useLive } from "../api/events";
import type { ReportSummary } from "../api/types";
import { toPixels } from "../lib/decimal";
import { whyOpen } from "../lib/delivery";
import * as format from "../lib/format";
import { useResource } from "../lib/resource";
import { go, link } from "../lib/router";
import { amountOf, currenciesOf, totalOf } from "../lib/totals";
import { axes, Chart, colour } from "../parts/chart";
import { Scroll } from "../parts/scroll";
import { Empty, Fault, State, Waiting } from "../parts/words";

const DAYS = 90;

export function Days({ currency: chosen }: { currency?: string }) {
  const { reports: version } = useLive();
  const reports = useResource("reports", (signal) => api.reports(DAYS, signal), version);
  if (!reports.data) {
    return reports.problem ? <Fault problem={reports.problem} onRetry={reports.reload} /> : <Waiting what="the reports" />;
  }
  const entries = reports.data.entries;
  if (entries.length === 0) {
    return (
      <>
        <h1>Days</h1>
        <Empty title="No day has been closed yet">
          <p>The first report is made by itself at the next cut-off. Until then <a href={link(["today"])}>Today</a> shows
            how the day is going.</p>
        </Empty>
      </>
    );
  }
  format.setZone(entries[0]!.timeZone);
  const currencies = currenciesOf(entries[0]!.currency, ...entries.map((entry) => entry.totals));
  const currency = chosen && currencies.includes(chosen) ? chosen : entries[0]!.currency;
  return (
    <>
      <header class="head">
        <h1>Days</h1>
        <p class="quiet">{format.plural(entries.length, "report")}, newest first</p>
      </header>
      {reports.problem && <Fault problem={reports.problem} onRetry={reports.reload} />}
      {currencies.length > 1 && (
        <div class="choices" role="group" aria-label="Currency">
          {currencies.map((each) => (
            <button type="button" aria-pressed={each === currency}
                    onClick={() => go(["days"], { currency: each }, true)}>{each}</button>
          ))}
        </div>
      )}
      <DaysChart entries={entries} currency={currency} />
      <DaysTable entries={entries} currency={currency} />
      {reports.data.next && <p class="quiet">Older reports are at <code>GET /reports</code>.</p>}
    </>
  );
}

function DaysChart({ entries, currency }: { entries: ReportSummary[]; currency: string }) {
  const oldestFirst = useMemo(() => [...entries].reverse(), [entries]);
  const data = useMemo(() => {
    const amounts = oldestFirst.map((entry) => toPixels(amountOf(entry.totals, currency)));
    return [
      oldestFirst.map((_, index) => index), amounts,
      oldestFirst.map((entry, index) => (entry.correctionCount > 0 ? amounts[index]! : null)),
    ] as uPlot.AlignedData;
  }, [oldestFirst, currency]);
  const short = new Intl.NumberFormat(undefined, { notation: "compact", maximumFractionDigits: 1 });
  const options = () => ({
    legend: { show: false }, cursor: { show: false }, padding: [12, 8, 0, 0] as [number, number, number, number],
    scales: {
      x: { time: false, range: (_: uPlot, least: number, most: number): [number, number] => [least - 0.6, most + 0.6] },
      y: { range: (_: uPlot, __: number, most: number): [number, number] => [0, most > 0 ? most * 1.1 : 1] },
    },
    series: [
      {},
      { label: "Sales", stroke: colour("accent"), fill: colour("accent"), width: 0, points: { show: false },
        paths: uPlot.paths.bars!({ size: [0.7, 40], radius: 0.15 }) },
      { label: "With corrections", stroke: colour("mark"), fill: colour("mark"), width: 0,
        paths: () => null, points: { show: true, size: 8, fill: colour("mark"), stroke: colour("page") } },
    ],
    axes: axes({ values: (_: uPlot, ticks: number[]) => ticks.map((tick) => {
      const entry = oldestFirst[tick];
      return entry ? format.day(entry.businessDay, "short") : "";
    }), incrs: [1, 2, 3, 7, 14, 28], space: 60 }, { values: (_: uPlot, ticks: number[]) => ticks.map((t) => short.format(t)) }),
  });
  return (
    <section aria-labelledby="days-chart">
      <h2 id="days-chart">The last {format.plural(entries.length, "day")} <small class="quiet">{currency}</small></h2>
      <ul class="legend"><li><i class="accent" />Sales of the day</li><li><i class="mark dot" />Report with corrections</li></ul>
      <Chart key={`${currency} ${entries.length} ${entries[0]!.number}`} label={`Sales per business day in ${currency}; the table below has the figures`}
             height={200} data={data} options={options} />
    </section>
  );
}

function Why({ entry }: { entry: ReportSummary }) {
  const { reports: version } = useLive();
  const report = useResource(`report ${entry.businessDay}`, (signal) => api.report(entry.businessDay, signal), version);
  return report.data ? <small class="quiet why"><bdi>{whyOpen(report.data)}</bdi></small> : null;
}

function DaysTable({ entries, currency }: { entries: ReportSummary[]; currency: string }) {
  return (
    <Scroll label="Reports"><table class="list">
      <caption class="hidden">Reports, newest first</caption>
      <thead><tr>
        <th scope="col">Business day</th><th scope="col" class="number">Sales</th>
        <th scope="col" class="number wide">Invoices</th><th scope="col" class="number wide">Corrections</th>
        <th scope="col" class="wide">Sealed</th><th scope="col">Delivery</th><th scope="col" class="number wide">No.</th>
      </tr></thead>
      <tbody>{entries.map((entry) => {
        const total = totalOf(entry.totals, currency);
        return (
          <tr key={entry.number}>
            <th scope="row"><a href={link(["reports", entry.businessDay])}>{format.day(entry.businessDay)}</a></th>
            <td class="number">{total ? format.amount(total.amount, currency) : "–"}</td>
            <td class="number wide">{format.count(total?.invoices ?? 0)}</td>
            <td class="number wide">{entry.correctionCount > 0 ? format.count(entry.correctionCount) : "–"}</td>
            <td class="wide">{format.moment(entry.generatedAt)}</td>
            <td><State state={entry.deliveryState} />{entry.deliveryState !== "done" && <Why entry={entry} />}</td>
            <td class="number wide">{entry.number}</td>
          </tr>
        );
      })}</tbody>
    </table></Scroll>
  );
}
