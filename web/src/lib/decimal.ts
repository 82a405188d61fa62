// Exact decimals as the API writes them: text in, text out, never through a binary float.

/** A number as it stands in the JSON text: "-12.50". */
export type Decimal = string & { readonly decimal: unique symbol };

const FORM = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/;

interface Parts {
  units: bigint; // value × 10^digits
  digits: number;
}

export function isDecimal(text: string): text is Decimal {
  return FORM.test(text);
}

function parts(decimal: string): Parts {
  const match = FORM.exec(decimal);
  if (!match) throw new RangeError(`"${decimal}" is no decimal number`);
  const [, sign, whole, fraction = "", exponent = "0"] = match;
  let units = BigInt(`${whole}${fraction}`);
  let digits = fraction.length - Number(exponent);
  if (digits < 0) {
    units *= 10n ** BigInt(-digits);
    digits = 0;
  }
  return { units: sign ? -units : units, digits };
}

function text({ units, digits }: Parts): Decimal {
  const sign = units < 0n ? "-" : "";
  const all = (units < 0n ? -units : units).toString().padStart(digits + 1, "0");
  const whole = all.slice(0, all.length - digits);
  return `${sign}${whole}${digits ? `.${all.slice(-digits)}` : ""}` as Decimal;
}

function aligned(a: string, b: string): [bigint, bigint, number] {
  const [x, y] = [parts(a), parts(b)];
  const digits = Math.max(x.digits, y.digits);
  return [x.units * 10n ** BigInt(digits - x.digits), y.units * 10n ** BigInt(digits - y.digits), digits];
}

/** Digits behind the point, as written. */
export function digitsOf(decimal: string): number {
  return parts(decimal).digits;
}

export function add(a: string, b: string): Decimal {
  const [x, y, digits] = aligned(a, b);
  return text({ units: x + y, digits });
}

export function subtract(a: string, b: string): Decimal {
  const [x, y, digits] = aligned(a, b);
  return text({ units: x - y, digits });
}

/** Negative, 0 or positive, as for sort(). */
export function compare(a: string, b: string): number {
  const [x, y] = aligned(a, b);
  return x < y ? -1 : x > y ? 1 : 0;
}

export function isZero(decimal: string): boolean {
  return parts(decimal).units === 0n;
}

/** total / count with the digits of total, half to even; nothing where count is 0. */
export function average(total: string, count: number): Decimal | undefined {
  if (count === 0) return undefined;
  const { units, digits } = parts(total);
  const divisor = BigInt(Math.abs(count));
  const negative = units < 0n !== count < 0;
  const magnitude = units < 0n ? -units : units;
  let quotient = magnitude / divisor;
  const twice = (magnitude % divisor) * 2n;
  if (twice > divisor || (twice === divisor && quotient % 2n === 1n)) quotient += 1n;
  return text({ units: negative ? -quotient : quotient, digits });
}

/** How much more `now` is than `before`, as a fraction (0.25: a quarter more); nothing where before is 0. */
export function change(now: string, before: string): number | undefined {
  const [x, y] = aligned(now, before);
  if (y === 0n) return undefined;
  return Number(((x - y) * 100000n) / (y < 0n ? -y : y)) / 100000;
}

/** For a place on the screen only: the nearest binary number. */
export function toPixels(decimal: string): number {
  return Number(decimal);
}
