/** The ranges from which services get addresses and node ports: 10.96.0.0/16 and 30000-32767. */

export const SERVICE_RANGE = { first: '10.96.0.0', prefix: '10.96.', size: 65_536 } as const;
export const PORT_RANGE = { first: 30_000, last: 32_767 } as const;

/** The lower bands are left to those who choose for themselves (Kubernetes: avoiding collisions). */
const ADDRESS_BAND = 256;
const PORT_BAND = 86;

/** Whether an IPv4 address can be a service's: neither the range's first (the network) nor its last. */
export function isInRange(address: string): boolean {
  if (!address.startsWith(SERVICE_RANGE.prefix)) return false;
  const [, , third = NaN, fourth = NaN] = address.split('.').map(Number);
  const offset = third * ADDRESS_BAND + fourth;
  return offset > 0 && offset < SERVICE_RANGE.size - 1 && third < 256 && fourth < 256;
}

export function isPortInRange(port: number): boolean {
  return Number.isInteger(port) && port >= PORT_RANGE.first && port <= PORT_RANGE.last;
}

/** A free number in [from, to), found from a random start; undefined when all are taken. */
function pick(
  from: number,
  to: number,
  random: () => number,
  isTaken: (n: number) => boolean,
): number | undefined {
  const size = to - from;
  const start = Math.floor(random() * size);
  for (let step = 0; step < size; step++) {
    const candidate = from + ((start + step) % size);
    if (!isTaken(candidate)) return candidate;
  }
  return undefined;
}

/** A free address. Throws a RangeError when the range is full. */
export function allocateAddress(taken: ReadonlySet<string>, random: () => number): string {
  const text = (offset: number): string => `${SERVICE_RANGE.prefix}${offset >> 8}.${offset & 255}`;
  const isTaken = (offset: number): boolean => taken.has(text(offset));
  const last = SERVICE_RANGE.size - 1;
  const offset = pick(ADDRESS_BAND, last, random, isTaken) ?? pick(1, ADDRESS_BAND, random, isTaken);
  if (offset === undefined) throw new RangeError('failed to allocate a serviceIP: range is full');
  return text(offset);
}

/** A free node port. Throws a RangeError when the range is full. */
export function allocatePort(taken: ReadonlySet<number>, random: () => number): number {
  const isTaken = (port: number): boolean => taken.has(port);
  const { first, last } = PORT_RANGE;
  const port =
    pick(first + PORT_BAND, last + 1, random, isTaken) ?? pick(first, first + PORT_BAND, random, isTaken);
  if (port === undefined) throw new RangeError('failed to allocate a nodePort: range is full');
  return port;
}
