/** Reads schedules of CronJobs: five fields, names, lists, ranges, steps and the usual macros. */

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/** A schedule that does not come up within this time never does (30 February). */
const HORIZON_DAYS = 366 * 5;

const MACROS: Readonly<Record<string, string>> = {
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
  '@monthly': '0 0 1 * *',
  '@weekly': '0 0 * * 0',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@hourly': '0 * * * *',
};
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const WEEKDAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
const FIELDS: readonly { readonly min: number; readonly max: number; readonly names: readonly string[] }[] = [
  { min: 0, max: 59, names: [] },
  { min: 0, max: 23, names: [] },
  { min: 1, max: 31, names: [] },
  { min: 1, max: 12, names: ['', ...MONTHS] },
  { min: 0, max: 7, names: WEEKDAYS },
];

interface Schedule {
  readonly minutes: ReadonlySet<number>;
  readonly hours: ReadonlySet<number>;
  readonly days: ReadonlySet<number>;
  readonly months: ReadonlySet<number>;
  readonly weekdays: ReadonlySet<number>;
  /** Where both days are restricted, either is enough. */
  readonly eitherDay: boolean;
}

/** Undefined for what is no schedule. */
export function parseSchedule(text: string): Schedule | undefined {
  const trimmed = text.trim();
  const parts = (Object.hasOwn(MACROS, trimmed) ? (MACROS[trimmed] ?? '') : trimmed).split(/\s+/);
  if (parts.length !== FIELDS.length) return undefined;
  const sets = parts.map((part, index) => parseField(part, index));
  const [minutes, hours, days, months, weekdays] = sets;
  if (
    minutes === undefined ||
    hours === undefined ||
    days === undefined ||
    months === undefined ||
    weekdays === undefined
  ) {
    return undefined;
  }
  const isOpen = (part: string | undefined): boolean =>
    part?.startsWith('*') === true || part?.startsWith('?') === true;
  return {
    minutes,
    hours,
    days,
    months,
    // Seven is Sunday too.
    weekdays: new Set([...weekdays].map((day) => day % 7)),
    eitherDay: !isOpen(parts[2]) && !isOpen(parts[4]),
  };
}

function parseField(text: string, index: number): ReadonlySet<number> | undefined {
  const field = FIELDS[index];
  if (field === undefined) return undefined;
  const { min, max, names } = field;
  const values = new Set<number>();
  const number = (word: string): number => {
    const named = word === '' ? -1 : names.indexOf(word.toLowerCase().slice(0, 3));
    return named >= 0 ? named : /^\d{1,2}$/.test(word) ? Number(word) : Number.NaN;
  };
  for (const part of text.split(',')) {
    const [range = '', stepText, ...rest] = part.split('/');
    const step = stepText === undefined ? 1 : Number(stepText);
    if (rest.length > 0 || !Number.isInteger(step) || step < 1) return undefined;
    const [fromText = '', toText] = range.split('-');
    const isAll = range === '*' || range === '?';
    const from = isAll ? min : number(fromText);
    const last = isAll || (toText === undefined && stepText !== undefined) ? max : number(toText ?? fromText);
    if (!(from >= min && last <= max && from <= last)) return undefined;
    for (let value = from; value <= last; value += step) values.add(value);
  }
  return values;
}

/**
 * The first time after `afterMs`, in ms since the epoch; undefined if there is none. `timeZone` is an IANA name, UTC if
 * it is missing.
 */
export function nextTime(schedule: Schedule, afterMs: number, timeZone?: string): number | undefined {
  let at = Math.floor(afterMs / MINUTE_MS) * MINUTE_MS + MINUTE_MS;
  const end = at + HORIZON_DAYS * DAY_MS;
  const fieldsAt = timeZone === undefined || timeZone === 'UTC' ? fieldsInUtc : fieldsIn(timeZone);
  while (at < end) {
    const { minute, hour, day, month, weekday } = fieldsAt(at);
    if (!schedule.months.has(month) || !isDay(schedule, day, weekday)) {
      // To the last hour of the day, then to the next day: no change of summer time makes it leap over one.
      at += (hour < 23 ? (23 - hour) * 60 - minute : 60 - minute) * MINUTE_MS;
    } else if (!schedule.hours.has(hour)) at += (60 - minute) * MINUTE_MS;
    else if (!schedule.minutes.has(minute)) at += MINUTE_MS;
    else return at;
  }
  return undefined;
}

function isDay({ days, weekdays, eitherDay }: Schedule, day: number, weekday: number): boolean {
  return eitherDay ? days.has(day) || weekdays.has(weekday) : days.has(day) && weekdays.has(weekday);
}

interface ClockFields {
  readonly minute: number;
  readonly hour: number;
  readonly day: number;
  readonly month: number;
  readonly weekday: number;
}

function fieldsInUtc(ms: number): ClockFields {
  const date = new Date(ms);
  return {
    minute: date.getUTCMinutes(),
    hour: date.getUTCHours(),
    day: date.getUTCDate(),
    month: date.getUTCMonth() + 1,
    weekday: date.getUTCDay(),
  };
}

/** Throws a RangeError for a zone that does not exist. */
function fieldsIn(timeZone: string): (ms: number) => ClockFields {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    weekday: 'short',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
  });
  return (ms) => {
    const parts = new Map(format.formatToParts(ms).map(({ type, value }) => [type, value]));
    const number = (name: Intl.DateTimeFormatPartTypes): number => Number(parts.get(name) ?? '0');
    return {
      minute: number('minute'),
      hour: number('hour'),
      day: number('day'),
      month: number('month'),
      weekday: WEEKDAYS.indexOf((parts.get('weekday') ?? '').toLowerCase()),
    };
  };
}
