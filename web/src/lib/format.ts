// Numbers and dates for the reader: their locale, the zone of the business.
import { digitsOf, type Decimal } from "./decimal";

const locale: string | undefined = undefined; // the reader's

// Engines before 2023 format decimal texts through a binary float.
const exact = new Intl.NumberFormat("en", { maximumFractionDigits: 2 })
  .format("9007199254740993.25" as unknown as number) === "9,007,199,254,740,993.25";

const formats = new Map<string, Intl.NumberFormat>();

function numberFormat(options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const key = JSON.stringify(options);
  let format = formats.get(key);
  if (!format) formats.set(key, (format = new Intl.NumberFormat(locale, options)));
  return format;
}

/** "€1,234.50": every digit that the API wrote, and no other. */
export function amount(value: Decimal | string, currency: string): string {
  if (!exact) return `${value} ${currency}`;
  const digits = digitsOf(value);
  return numberFormat({
    style: "currency", currency, minimumFractionDigits: digits, maximumFractionDigits: digits,
  }).format(value as unknown as number);
}

/** A quantity or count as the API wrote it, grouped. */
export function quantity(value: Decimal | string): string {
  if (!exact) return value;
  const digits = digitsOf(value);
  return numberFormat({ minimumFractionDigits: digits, maximumFractionDigits: digits })
    .format(value as unknown as number);
}

export function count(value: number): string {
  return numberFormat({ maximumFractionDigits: 0 }).format(value);
}

/** "12.4 MB"; empty where nothing is known. */
export function bytes(value: number | undefined): string {
  if (value === undefined) return "";
  const mega = value / 1e6;
  return `${numberFormat({ maximumFractionDigits: mega < 100 ? 1 : 0 }).format(mega)} MB`;
}

/** "+12.5%": a change as decimal.change() gives it. */
export function percent(fraction: number): string {
  const digits = Math.abs(fraction) < 0.1 ? 1 : 0;
  return numberFormat({
    style: "percent", signDisplay: "exceptZero", minimumFractionDigits: digits, maximumFractionDigits: digits,
  }).format(fraction);
}

let zone = "UTC";

/** The zone of the business, as reports name it. A zone that this browser does not know leaves UTC. */
export function setZone(name: string): void {
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    zone = name;
  } catch {
    zone = "UTC";
  }
}

export function zoneName(): string {
  return zone;
}

function inZone(options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat(locale, { ...options, timeZone: zone });
}

/** An instant: "22 Nov 2026, 12:00". */
export function moment(instant: string): string {
  return inZone({ day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit" })
    .format(new Date(instant));
}

/** An instant as a time of day: "12:00". */
export function timeOfDay(instant: string | number): string {
  return inZone({ hour: "2-digit", minute: "2-digit" }).format(new Date(instant));
}

/** The calendar day of an instant in the business zone, as 2026-11-22. */
export function dayOf(instant: string | number): string {
  const found = new Intl.DateTimeFormat("en-CA", { timeZone: zone, year: "numeric", month: "2-digit", day: "2-digit" })
    .formatToParts(new Date(instant));
  const part = (type: string) => found.find((each) => each.type === type)?.value ?? "";
  return `${part("year")}-${part("month")}-${part("day")}`;
}

/** The name of a business day, which is in no zone: "Sun, 22 Nov 2026". */
export function day(name: string, length: "long" | "short" = "long"): string {
  const options: Intl.DateTimeFormatOptions = length === "long"
    ? { weekday: "short", day: "numeric", month: "short", year: "numeric" } : { day: "numeric", month: "short" };
  return new Intl.DateTimeFormat(locale, { ...options, timeZone: "UTC" }).format(new Date(`${name}T00:00:00Z`));
}

/** "3 h 05 min", "12 min", "40 s". */
export function duration(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  const minutes = Math.floor(seconds / 60);
  const hours = Math.floor(minutes / 60);
  if (hours >= 48) return `${Math.floor(hours / 24)} days`;
  if (hours > 0) return `${hours} h ${String(minutes % 60).padStart(2, "0")} min`;
  return minutes > 0 ? `${minutes} min` : `${seconds} s`;
}

/** "1 invoice", "2 invoices". */
export function plural(number: number, one: string, many = `${one}s`): string {
  return `${count(number)} ${number === 1 ? one : many}`;
}
