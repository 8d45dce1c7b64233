/** Cron schedules of five fields, or a descriptor like `@daily`: what is wrong with one, in the words of the server's parser. */

const FIELDS = [
  { name: 'minute', low: 0, high: 59, words: '' },
  { name: 'hour', low: 0, high: 23, words: '' },
  { name: 'day', low: 1, high: 31, words: '' },
  { name: 'month', low: 1, high: 12, words: 'jan feb mar apr may jun jul aug sep oct nov dec' },
  { name: 'weekday', low: 0, high: 6, words: 'sun mon tue wed thu fri sat' },
] as const;

type Field = (typeof FIELDS)[number];

const DESCRIPTORS = new Set([
  '@yearly',
  '@annually',
  '@monthly',
  '@weekly',
  '@daily',
  '@midnight',
  '@hourly',
]);

/** A number, or a word that stands for one. */
function valueOf(text: string, { low, words }: Field): number | undefined {
  const index = words === '' ? -1 : words.split(' ').indexOf(text.toLowerCase());
  if (index >= 0) return index + low;
  return /^\d{1,9}$/.test(text) ? Number(text) : undefined;
}

function notANumber(text: string): string {
  return `failed to parse int from ${text}: strconv.Atoi: parsing ${JSON.stringify(text)}: invalid syntax`;
}

interface Bounds {
  readonly start: number;
  readonly end: number;
}

/** `*`, `5` or `1-5`; with a step, `5` means from 5 on. */
function boundsOf(range: string, stepped: boolean, field: Field): Bounds | string {
  const [from = '', to, ...more] = range.split('-');
  if (from === '*' || from === '?') return { start: field.low, end: field.high };
  if (more.length > 0) return `too many hyphens: ${range}`;
  const start = valueOf(from, field);
  if (start === undefined) return notANumber(from);
  if (to === undefined) return { start, end: stepped ? field.high : start };
  const end = valueOf(to, field);
  return end === undefined ? notANumber(to) : { start, end };
}

/** One item of a list: a range, maybe with `/step`. */
function itemFault(item: string, field: Field): string | undefined {
  const [range = '', step, ...more] = item.split('/');
  if (more.length > 0) return `too many slashes: ${item}`;
  const bounds = boundsOf(range, step !== undefined, field);
  if (typeof bounds === 'string') return bounds;
  const { start, end } = bounds;
  if (step !== undefined && !/^\d{1,9}$/.test(step)) return notANumber(step);
  if (start < field.low) return `beginning of range (${start}) below minimum (${field.low}): ${item}`;
  if (end > field.high) return `end of range (${end}) above maximum (${field.high}): ${item}`;
  if (start > end) return `beginning of range (${start}) beyond end of range (${end}): ${item}`;
  return step !== undefined && Number(step) === 0
    ? `step of range should be a positive number: ${item}`
    : undefined;
}

/** The first fault of a schedule; undefined if it is right. */
export function scheduleFault(schedule: string): string | undefined {
  const zoned = /^(?:CRON_)?TZ=(\S+)\s+(.*)$/s.exec(schedule);
  const text = (zoned?.[2] ?? schedule).trim();
  if (text.startsWith('@')) {
    if (DESCRIPTORS.has(text) || /^@every (\d+(\.\d+)?(h|m|s|ms|us|ns))+$/.test(text)) return undefined;
    return `unrecognized descriptor: ${text}`;
  }
  const parts = text.split(/\s+/u).filter((part) => part !== '');
  if (parts.length !== FIELDS.length) {
    return `expected exactly 5 fields, found ${parts.length}: [${parts.join(' ')}]`;
  }
  for (const [index, field] of FIELDS.entries()) {
    for (const item of (parts[index] ?? '').split(',').filter((one) => one !== '')) {
      const fault = itemFault(item, field);
      if (fault !== undefined) return fault;
    }
  }
  return undefined;
}
