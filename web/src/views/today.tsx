import { useEffect, useMemo } from "preact/hooks";
import type uPlot from "uplot";
import { api } from "../api/client";
import { useLive } from "../api/events";
import type { CurrencyTotal, DayByHour, ReportFigures, RunningHours } from "../api/types";
import { average, change, toPixels, type Decimal } from "../lib/decimal";
import * as format from "../lib/format";
import { useNow, useResource } from "../lib/resource";
import { go, link } from "../lib/router";
import { amountOf, currenciesOf, topSkus, totalOf } from "../lib/totals";
import { axes, Chart, colour } from "../parts/chart";
import { Scroll } from "../parts/scroll";
import { CurlLine, Empty, Fault, Waiting } from "../parts/words";

const NONE = { invoices: 0, amount: "0" as Decimal, voids: 0 };

export function Today({ currency: chosen }: { currency?: string }) {
  const { invoices, reports } = useLive();
  const version = invoices + reports;
  const day = useResource("running day", api.runningDay, version);
  const hours = useResource("running hours", api.runningHours, version);
  const now = useNow(1000);
  const ended = day.data !== undefined && now > Date.parse(day.data.to);
  useEffect(() => {
    if (!ended) return;
    // The cut-off has passed: the next day begins as soon as the report is sealed.
    const timer = setInterval(day.reload, 2000);
    return () => clearInterval(timer);
  }, [ended]);

  if (!day.data) return day.problem ? <Fault problem={day.problem} onRetry={day.reload} /> : <Waiting what="the day" />;
  format.setZone(day.data.timeZone);
  const lists = hours.data ? [hours.data.previousDay.soFar, hours.data.sameWeekdayLastWeek.soFar] : [];
  const currencies = currenciesOf(day.data.currency, day.data.totals, ...lists);
  const currency = chosen && currencies.includes(chosen) ? chosen : day.data.currency;
  const empty = day.data.totals.length === 0;
  return (
    <>
      <header class="head">
        <h1>{format.day(day.data.businessDay)}</h1>
        <p class="quiet">
          {ended ? "The cut-off has passed; the report is being made."
            : `Closes at ${format.timeOfDay(day.data.to)} in ${format.duration(Date.parse(day.data.to) - now)}`}
          {" · "}{format.zoneName()}
        </p>
      </header>
      {day.problem && <Fault problem={day.problem} onRetry={day.reload} />}
      {currencies.length > 1 && <Currencies all={currencies} chosen={currency} />}
      <Figures day={day.data} hours={hours.data} currency={currency} />
      {empty && (
        <Empty title="No sale yet today">
          <p>Post the first invoice, from a program or <a href={link(["new"])}>by hand</a>:</p>
          <CurlLine />
        </Empty>
      )}
      {hours.problem && !hours.data && <Fault problem={hours.problem} onRetry={hours.reload} />}
      {hours.data && <Hours hours={hours.data} currency={currency} />}
      {day.data.totalSkuQuantities.length > 0 && <TopSkus day={day.data} />}
      <Corrections day={day.data} />
    </>
  );
}

function Currencies({ all, chosen }: { all: string[]; chosen: string }) {
  return (
    <div class="choices" role="group" aria-label="Currency">
      {all.map((each) => (
        <button type="button" aria-pressed={each === chosen} onClick={() => go(["today"], { currency: each }, true)}>
          {each}
        </button>
      ))}
    </div>
  );
}

function Figures({ day, hours, currency }: { day: ReportFigures; hours?: RunningHours; currency: string }) {
  const total: Omit<CurrencyTotal, "currency"> = totalOf(day.totals, currency) ?? NONE;
  const mean = average(total.amount, total.invoices);
  return (
    <dl class="figures">
      <div class="main">
        <dt>Sales so far</dt>
        <dd data-testid="total">{format.amount(total.amount, currency)}</dd>
      </div>
      <div>
        <dt>Invoices</dt>
        <dd data-testid="invoices">{format.count(total.invoices)}</dd>
        {total.voids > 0 && <dd class="note">and {format.plural(total.voids, "void one")}</dd>}
      </div>
      <div>
        <dt>Average</dt>
        <dd>{mean === undefined ? "–" : format.amount(mean, currency)}</dd>
      </div>
      {hours && <>
        <Compared name="Yesterday by now" day={hours.previousDay} total={total.amount} currency={currency} />
        <Compared name="Last week by now" day={hours.sameWeekdayLastWeek} total={total.amount} currency={currency} />
      </>}
    </dl>
  );
}

function Compared({ name, day, total, currency }:
    { name: string; day: DayByHour; total: Decimal; currency: string }) {
  const before = amountOf(day.soFar, currency);
  const difference = change(total, before);
  return (
    <div>
      <dt>{name}</dt>
      <dd>{difference === undefined ? "–" : format.amount(before, currency)}</dd>
      <dd class="note">
        {difference === undefined ? "no sale" : (
          <span class={difference < 0 ? "down" : "up"}>{format.percent(difference)} today</span>
        )}
      </dd>
    </div>
  );
}

const LINES: [string, string, keyof Pick<RunningHours, "today" | "previousDay" | "sameWeekdayLastWeek">][] = [
  ["Today", "accent", "today"], ["Yesterday", "second", "previousDay"],
  ["Last week", "third", "sameWeekdayLastWeek"],
];

function Hours({ hours, currency }: { hours: RunningHours; currency: string }) {
  const length = Math.max(...LINES.map(([, , key]) => hours[key].hours.length));
  const data = useMemo(() => [
    Array.from({ length }, (_, hour) => hour),
    ...LINES.map(([, , key]) => Array.from({ length }, (_, hour) => {
      const found = hours[key].hours[hour];
      return found ? toPixels(amountOf(found.totals, currency)) : null;
    })),
  ] as uPlot.AlignedData, [hours, currency]);
  const start = Date.parse(hours.today.from);
  const label = (hour: number) => format.timeOfDay(start + hour * 3_600_000);
  const options = () => ({
    legend: { show: false }, cursor: { show: false }, padding: [12, 8, 0, 0] as [number, number, number, number],
    scales: { x: { time: false }, y: { range: (_: uPlot, __: number, most: number): [number, number] =>
      [0, most > 0 ? most * 1.08 : 1] } },
    series: [{}, ...LINES.map(([name, shade], index) => ({
      label: name, stroke: colour(shade), width: index === 0 ? 2.5 : 1.5, dash: index === 2 ? [4, 4] : undefined,
      fill: index === 0 ? `${colour(shade)}1f` : undefined, points: { show: index === 0, size: 5 },
    }))],
    axes: axes({ values: (_: uPlot, ticks: number[]) => ticks.map((tick) => Number.isInteger(tick) ? label(tick) : ""),
                 incrs: [1, 2, 3, 4, 6, 8, 12], space: 46 },
               { values: (_: uPlot, ticks: number[]) => ticks.map(compact) }),
  });
  return (
    <section aria-labelledby="by-hour">
      <h2 id="by-hour">Sales by hour <small class="quiet">{currency}</small></h2>
      <ul class="legend">{LINES.map(([name, shade]) => <li><i class={shade} />{name}</li>)}</ul>
      <Chart key={currency} label={`Sales by hour in ${currency}, today, yesterday and a week ago; the table below has the figures`}
             height={220} data={data} options={options} />
      <details>
        <summary>As a table</summary>
        <Scroll label="Table of sales by hour"><table>
          <thead><tr><th scope="col">From</th>{LINES.map(([name]) => <th scope="col" class="number">{name}</th>)}</tr></thead>
          <tbody>{Array.from({ length }, (_, hour) => (
            <tr><th scope="row">{label(hour)}</th>{LINES.map(([, , key]) => {
              const found = hours[key].hours[hour];
              return <td class="number">{found ? amountIn(found.totals, currency) : ""}</td>;
            })}</tr>
          ))}</tbody>
        </table></Scroll>
      </details>
    </section>
  );
}

function amountIn(totals: CurrencyTotal[], currency: string): string {
  const total = totalOf(totals, currency);
  return total ? format.amount(total.amount, currency) : "–";
}

const short = new Intl.NumberFormat(undefined, { notation: "compact", maximumFractionDigits: 1 });

function compact(value: number): string {
  return short.format(value);
}

function TopSkus({ day }: { day: ReportFigures }) {
  const top = topSkus(day.totalSkuQuantities, 8);
  const most = toPixels(top[0]!.qt);
  const others = day.totalSkuQuantities.length - top.length;
  return (
    <section aria-labelledby="top-skus">
      <h2 id="top-skus">Most sold</h2>
      <ol class="bars">{top.map(({ sku, qt }) => (
        <li key={sku}>
          <a href={link(["invoices"], { sku })} title={sku}><bdi>{sku}</bdi></a>
          <span class="bar" aria-hidden="true"><i style={{ width: `${Math.max(1, (toPixels(qt) / most) * 100)}%` }} /></span>
          <span class="number">{format.quantity(qt)}</span>
        </li>
      ))}</ol>
      {others > 0 && <p class="quiet">and {format.plural(others, "other SKU")}</p>}
    </section>
  );
}

function Corrections({ day }: { day: ReportFigures }) {
  if (day.corrections.length === 0) return null;
  return (
    <p class="quiet after">
      {format.plural(day.corrections.length, "earlier day was changed", "earlier days were changed")} meanwhile and
      will stand as corrections in report {day.number}.
    </p>
  );
}
