/** Exact arithmetic on resource quantities, and their canonical text as the API server writes them. */

type Format = 'binary' | 'decimal' | 'exponent';

/** An amount in nano units (1 = 10⁻⁹ of a core, byte or piece) and the kind of suffix it was written with. */
export interface Quantity {
  readonly nano: bigint;
  readonly format: Format;
}

const QUANTITY = /^([+-]?)(\d{0,40})(?:\.(\d{0,40}))?(?:([eE])([+-]?\d{1,3})|([KMGTPE]i|[numkMGTPE]?))$/;
const DECIMAL = ['n', 'u', 'm', '', 'k', 'M', 'G', 'T', 'P', 'E'];
const BINARY = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];
const NANO_DIGITS = 9;
const UNIT = 10n ** 9n;
const MILLI = 10n ** 6n;
const LARGEST = (2n ** 63n - 1n) * UNIT;
const CACHE_LIMIT = 2_000;

const cache = new Map<string, Quantity | undefined>();

/** Undefined for what is no quantity. Fractions below one nano unit are rounded up, away from zero, as Go's parser does. */
export function readQuantity(value: unknown): Quantity | undefined {
  const text = typeof value === 'number' ? String(value) : value;
  if (typeof text !== 'string' || text.length > 100) return undefined;
  if (cache.has(text)) return cache.get(text);
  const quantity = parse(text);
  if (cache.size >= CACHE_LIMIT) cache.clear();
  cache.set(text, quantity);
  return quantity;
}

function parse(text: string): Quantity | undefined {
  const match = QUANTITY.exec(text);
  if (match === null) return undefined;
  const [, sign, whole = '', fraction = '', e, exponent = '0', suffix = ''] = match;
  if (whole === '' && fraction === '') return undefined;
  const power = suffix.endsWith('i') ? BINARY.indexOf(suffix) : -1;
  const ten = power >= 0 ? 0 : e === undefined ? (DECIMAL.indexOf(suffix) - 3) * 3 : Number(exponent);
  const digits = BigInt(whole + fraction) * (power >= 0 ? 1024n ** BigInt(power) : 1n);
  const shift = NANO_DIGITS + ten - fraction.length;
  const size = shift >= 0 ? digits * 10n ** BigInt(shift) : divideUp(digits, 10n ** BigInt(-shift));
  const nano = size > LARGEST ? LARGEST : size;
  return {
    nano: sign === '-' ? -nano : nano,
    format: power >= 0 ? 'binary' : e === undefined ? 'decimal' : 'exponent',
  };
}

function divideUp(value: bigint, divisor: bigint): bigint {
  return (value + divisor - 1n) / divisor;
}

/** The one text the API server writes for an amount: `0.5` is `500m`, `1024Mi` is `1Gi`, `1000` is `1k`. */
export function formatQuantity({ nano, format }: Quantity): string {
  const negative = nano < 0n;
  const size = negative ? -nano : nano;
  const text =
    format === 'binary' && size >= 1024n * UNIT
      ? binaryText(divideUp(size, UNIT))
      : decimalText(size, format);
  return negative ? `-${text}` : text;
}

function binaryText(size: bigint): string {
  let [mantissa, power] = [size, 0];
  while (mantissa % 1024n === 0n && power < BINARY.length - 1)
    [mantissa, power] = [mantissa / 1024n, power + 1];
  return `${mantissa}${BINARY[power] ?? ''}`;
}

function decimalText(size: bigint, format: Format): string {
  if (size === 0n) return '0';
  let [mantissa, power] = [size, 0];
  while (mantissa % 1000n === 0n && power < DECIMAL.length - 1)
    [mantissa, power] = [mantissa / 1000n, power + 1];
  const exponent = (power - 3) * 3;
  if (format === 'exponent') return exponent === 0 ? String(mantissa) : `${mantissa}e${exponent}`;
  return `${mantissa}${DECIMAL[power] ?? ''}`;
}

/** The canonical text, or the value itself if it is no quantity. Amounts of resources are rounded up to a thousandth. */
export function canonicalQuantity(value: unknown): unknown {
  const quantity = readQuantity(value);
  if (quantity === undefined) return value;
  const { nano } = quantity;
  const milli = nano < 0n ? -divideUp(-nano, MILLI) * MILLI : divideUp(nano, MILLI) * MILLI;
  return formatQuantity({ ...quantity, nano: milli });
}

/** Negative, zero or positive; what is no quantity counts as zero. */
export function compareQuantities(left: unknown, right: unknown): number {
  const [a, b] = [readQuantity(left)?.nano ?? 0n, readQuantity(right)?.nano ?? 0n];
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The sum, in the format of the first (of the second, if the first is zero). */
export function addQuantities(left: Quantity, right: Quantity): Quantity {
  return { nano: left.nano + right.nano, format: left.nano === 0n ? right.format : left.format };
}

/** Whether the amount is a whole number of units. */
export function isWhole({ nano }: Quantity): boolean {
  return nano % UNIT === 0n;
}

export const ZERO: Quantity = { nano: 0n, format: 'decimal' };

/** A count of pieces as a quantity. */
export function count(pieces: number): Quantity {
  return { nano: BigInt(pieces) * UNIT, format: 'decimal' };
}
