/** Quantities in the one spelling that the API server gives back: `1.5` is `1500m`, `1024Mi` is `1Gi`. */

const QUANTITY = /^([+-]?)(\d*)(?:\.(\d*))?((?:[eEinumkKMGTP]*)[+-]?\d*)$/;
const DECIMAL = ['n', 'u', 'm', '', 'k', 'M', 'G', 'T', 'P', 'E'];
const BINARY = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];
const NANO_DIGITS = 9;
const NANO = 10n ** 9n;
const KIBI = 1024n;
const MAX_BINARY = (2n ** 63n - 1n) * NANO;
// Digits that no client sends in earnest, but that would take long to compute with.
const LONGEST = 100;

type Format = 'decimal' | 'exponent' | 'binary';

interface Suffix {
  readonly format: Format;
  /** Power of ten, or of 1024. */
  readonly power: number;
}

function readSuffix(text: string): Suffix | undefined {
  const binary = text === '' ? -1 : BINARY.indexOf(text);
  if (binary > 0) return { format: 'binary', power: binary };
  const decimal = DECIMAL.indexOf(text);
  if (decimal >= 0) return { format: 'decimal', power: (decimal - 3) * 3 };
  const exponent = /^[eE]([+-]?\d{1,3})$/.exec(text)?.[1];
  return exponent === undefined ? undefined : { format: 'exponent', power: Number(exponent) };
}

/** Billionths, rounded away from zero. */
function nanosOf(digits: string, places: number, { format, power }: Suffix): bigint {
  const factor = format === 'binary' ? KIBI ** BigInt(power) : 1n;
  const scale = NANO_DIGITS - places + (format === 'binary' ? 0 : power);
  const amount = BigInt(digits) * factor;
  if (scale >= 0) return amount * 10n ** BigInt(scale);
  const divisor = 10n ** BigInt(-scale);
  return (amount + divisor - 1n) / divisor;
}

function writeBinary(nanos: bigint): string {
  let number = nanos / NANO;
  let power = 0;
  while (power < BINARY.length - 1 && number % KIBI === 0n) {
    number /= KIBI;
    power++;
  }
  return `${number}${BINARY[power] ?? ''}`;
}

function writeDecimal(nanos: bigint, format: Format): string {
  let number = nanos;
  let power = 0;
  while (power < DECIMAL.length - 1 && number % 1000n === 0n) {
    number /= 1000n;
    power++;
  }
  if (format === 'decimal') return `${number}${DECIMAL[power] ?? ''}`;
  return power === 3 ? String(number) : `${number}e${(power - 3) * 3}`;
}

/** A spelling that is kept, because it needs no other suffix. */
function isCanonical(digits: string, places: number, { format, power }: Suffix, finest: number): boolean {
  return (
    power - places >= finest &&
    format !== 'binary' &&
    (power - places) % 3 === 0 &&
    !digits.endsWith('000') &&
    !digits.startsWith('0')
  );
}

function roundUp(nanos: bigint, unit: bigint): bigint {
  return ((nanos + unit - 1n) / unit) * unit;
}

/**
 * The spelling that Kubernetes writes, or the reason why the text is no quantity, in its words. `finest` is the power of
 * ten that it is rounded up to: -3 in lists of resources.
 * Source: Kubernetes API reference, `resource.Quantity`.
 */
export function canonicalQuantity(
  text: string,
  finest: -9 | -3 = -9,
): { readonly text: string } | { readonly problem: string } {
  const match = QUANTITY.exec(text);
  if (match === null || text === '' || text.length > LONGEST) {
    return {
      problem: "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'",
    };
  }
  const [, sign = '', whole = '', fraction = '', suffixText = ''] = match;
  const suffix = readSuffix(suffixText);
  if (suffix === undefined) return { problem: "unable to parse quantity's suffix" };
  const digits = `${whole.replace(/^0+/, '') || '0'}${fraction}`;
  if (isCanonical(digits, fraction.length, suffix, finest)) return { text };
  const exact = roundUp(nanosOf(digits, fraction.length, suffix), 10n ** BigInt(finest + NANO_DIGITS));
  if (exact === 0n) return { text: '0' };
  const nanos = suffix.format === 'binary' && exact > MAX_BINARY ? MAX_BINARY : exact;
  const binary = suffix.format === 'binary' && nanos >= KIBI * NANO && nanos % NANO === 0n;
  const written = binary
    ? writeBinary(nanos)
    : writeDecimal(nanos, suffix.format === 'exponent' ? 'exponent' : 'decimal');
  return { text: `${sign === '-' ? '-' : ''}${written}` };
}
