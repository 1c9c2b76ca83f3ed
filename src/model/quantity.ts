/** The family of suffixes that a quantity was written with; its canonical text keeps to it. */
export type QuantityFormat = 'DecimalSI' | 'BinarySI' | 'DecimalExponent';

/** An exact amount: whole billionths of the base unit, which is as fine as Kubernetes goes. */
export interface Quantity {
  readonly nanos: bigint;
  readonly format: QuantityFormat;
}

/** Longer texts are refused before they cost arithmetic. */
const maxLength = 100;
const one = 1_000_000_000n;
const maxNanos = (2n ** 63n - 1n) * one;
const decimalSuffixes = ['n', 'u', 'm', '', 'k', 'M', 'G', 'T', 'P', 'E'] as const;
const binarySuffixes = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'] as const;
const pattern = /^([+-]?)(?:([0-9]+)(?:\.([0-9]*))?|\.([0-9]+))(?:([KMGTPE]i)|[eE]([+-]?[0-9]{1,4})|([numkMGTPE]))?$/;

/**
 * An amount in whole base units (bytes, pieces, cores), rounded up as Kubernetes' `Value()`. For processors use `milliValue`: `250m` is 1 here.
 * Throws RangeError on a text that is no quantity.
 */
export function parseQuantity(text: string): number {
  return Number(ceilDivide(readQuantity(text).nanos, one));
}

/** An amount in thousandths of its base unit, rounded up: 250 for `250m`, 2000 for `2`. Throws RangeError on a text that is no quantity. */
export function milliValue(text: string): number {
  return Number(ceilDivide(readQuantity(text).nanos, 1_000_000n));
}

/** Whether a text is a quantity. */
export function isQuantity(text: string): boolean {
  return text.length <= maxLength && pattern.test(text);
}

/** The exact amount. Finer than a billionth is rounded away from zero, beyond 2^63-1 is capped. Throws RangeError on a text that is no quantity. */
export function readQuantity(text: string): Quantity {
  const match = text.length > maxLength ? null : pattern.exec(text);
  if (match === null) throw new RangeError(`${JSON.stringify(text.slice(0, maxLength))} is no quantity; write a number with an optional suffix, such as 250m, 1.5, 64Mi or 2G`);
  const [, sign, whole = '', fraction = '', bareFraction, binary, exponent, decimal] = match;
  const decimals = bareFraction ?? fraction;
  const power = exponent !== undefined ? Number(exponent) : 3 * (decimalSuffixes.indexOf((decimal ?? '') as '') - 3);
  const factor = binary === undefined ? 1n : 1024n ** BigInt(binarySuffixes.indexOf(binary as 'Ki'));
  const magnitude = scale(BigInt(`${whole}${decimals}` || '0') * factor, power - decimals.length + 9);
  const capped = magnitude > maxNanos ? maxNanos : magnitude;
  return { nanos: sign === '-' ? -capped : capped, format: binary !== undefined ? 'BinarySI' : exponent !== undefined ? 'DecimalExponent' : 'DecimalSI' };
}

/** Canonical text: no fraction, the largest suffix that loses nothing, in the family it was written with. `1.5Gi` → `1536Mi`, `0.25` → `250m`. */
export function formatQuantity({ nanos, format }: Quantity): string {
  if (nanos === 0n) return '0';
  const isSmall = nanos > -1024n * one && nanos < 1024n * one;
  if (format === 'BinarySI' && !isSmall && nanos % one === 0n) return withLargest(nanos / one, 1024n, binarySuffixes);
  if (format !== 'DecimalExponent') return withLargest(nanos, 1000n, decimalSuffixes);
  const exponents = Array.from({ length: 10 }, (_, step) => (step === 3 ? '' : `e${3 * (step - 3)}`));
  return withLargest(nanos, 1000n, exponents);
}

/** The canonical text of a quantity. */
export function canonicalQuantity(text: string): string {
  return formatQuantity(readQuantity(text));
}

/** The sum, canonical, in the family of the first. */
export function addQuantities(first: string, second: string): string {
  const { nanos, format } = readQuantity(first);
  return formatQuantity({ nanos: nanos + readQuantity(second).nanos, format });
}

/** The difference, canonical, in the family of the first. */
export function subtractQuantities(first: string, second: string): string {
  const { nanos, format } = readQuantity(first);
  return formatQuantity({ nanos: nanos - readQuantity(second).nanos, format });
}

/** Negative where the first is less, 0 where they are equal amounts, positive where it is more. */
export function compareQuantities(first: string, second: string): number {
  const difference = readQuantity(first).nanos - readQuantity(second).nanos;
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

function scale(digits: bigint, power: number): bigint {
  if (digits === 0n) return 0n;
  if (power >= 0) return digits * 10n ** BigInt(Math.min(power, 40));
  return ceilDivide(digits, 10n ** BigInt(-power));
}

function ceilDivide(amount: bigint, by: bigint): bigint {
  const quotient = amount / by;
  return amount > 0n && amount % by !== 0n ? quotient + 1n : quotient;
}

function withLargest(amount: bigint, base: bigint, suffixes: readonly string[]): string {
  let step = 0;
  let rest = amount;
  while (step < suffixes.length - 1 && rest % base === 0n) {
    rest /= base;
    step += 1;
  }
  return `${rest}${suffixes[step]}`;
}
