/** Reads Kubernetes resource quantities (`100m`, `1Gi`, `1e3`, `128974848`) as numbers. */

const BINARY = 1024;
const SUFFIXES: ReadonlyMap<string, number> = new Map([
  ['', 1],
  ['n', 1e-9],
  ['u', 1e-6],
  ['m', 1e-3],
  ['k', 1e3],
  ['M', 1e6],
  ['G', 1e9],
  ['T', 1e12],
  ['P', 1e15],
  ['E', 1e18],
  ['Ki', BINARY],
  ['Mi', BINARY ** 2],
  ['Gi', BINARY ** 3],
  ['Ti', BINARY ** 4],
  ['Pi', BINARY ** 5],
  ['Ei', BINARY ** 6],
]);

const QUANTITY = /^([+-]?(?:\d{1,40}(?:\.\d{0,40})?|\.\d{1,40}))(?:([eE][+-]?\d{1,3})|([A-Za-z]{0,2}))$/;

/**
 * The amount in base units (cores, bytes, pieces), or `undefined` for anything that is no quantity.
 * Grammar: Kubernetes API conventions, `resource.Quantity`. A number (as some YAML has it) counts as itself.
 */
export function parseQuantity(text: unknown): number | undefined {
  if (typeof text === 'number') return Number.isFinite(text) ? text : undefined;
  if (typeof text !== 'string') return undefined;
  const match = QUANTITY.exec(text);
  if (match === null) return undefined;
  const [, digits = '', exponent, suffix = ''] = match;
  if (exponent !== undefined) return Number(digits + exponent);
  const factor = SUFFIXES.get(suffix);
  if (factor === undefined) return undefined;
  // Dividing by an exact power keeps `100m` at 0.1, where multiplying by 1e-3 would not.
  return factor < 1 ? Number(digits) / Math.round(1 / factor) : Number(digits) * factor;
}
