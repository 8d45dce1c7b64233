/** Times and ages for the screen: absolute in local time on a 24-hour clock, ages in one unit. */
import type { Instant } from '../../shared/model/ref.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

function pad(value: number): string {
  return String(value).padStart(2, '0');
}

/** A length of time in its largest whole unit: `8 s`, `18 min`, `2 h`, `6 d`, `3 y`. Milliseconds in; never negative. */
export function formatDuration(ms: number): string {
  const value = Math.max(0, ms);
  if (value < MINUTE) return `${Math.floor(value / SECOND)} s`;
  if (value < HOUR) return `${Math.floor(value / MINUTE)} min`;
  if (value < DAY) return `${Math.floor(value / HOUR)} h`;
  if (value < 730 * DAY) return `${Math.floor(value / DAY)} d`;
  return `${Math.floor(value / (365 * DAY))} y`;
}

/**
 * The age of an instant at `now`. A time in the future means that the cluster's clock runs ahead:
 * up to a minute it is shown as `0 s`, beyond that as `in 5 min`, since an age would be a lie.
 */
export function formatAge(at: Instant, now: Instant): string {
  return at - now > MINUTE ? `in ${formatDuration(at - now)}` : formatDuration(now - at);
}

/** `14:14:02` today, `20 Nov 14:14:02` on another day, with the year in another year. Local time. */
export function formatInstant(at: Instant, now: Instant): string {
  const date = new Date(at);
  if (Number.isNaN(date.getTime())) return 'unknown time';
  const today = new Date(now);
  const clock = `${pad(date.getHours())}:${pad(date.getMinutes())}:${pad(date.getSeconds())}`;
  if (date.toDateString() === today.toDateString()) return clock;
  const day = `${date.getDate()} ${MONTHS[date.getMonth()] ?? ''}`;
  return date.getFullYear() === today.getFullYear()
    ? `${day} ${clock}`
    : `${day} ${date.getFullYear()} ${clock}`;
}

/** The local clock of an RFC 3339 time with tenths, `14:31:41.2`, for log lines; empty where it is no time. */
export function formatLogTime(rfc3339: string | undefined): string {
  if (rfc3339 === undefined) return '';
  const date = new Date(rfc3339);
  if (Number.isNaN(date.getTime())) return '';
  const tenths = Math.floor(date.getMilliseconds() / 100);
  return `${pad(date.getHours())}:${pad(date.getMinutes())}:${pad(date.getSeconds())}.${tenths}`;
}

/** As short as a box allows: `14:14:02` today, else `20 Nov`, else `20 Nov 2024`. Local time. */
export function formatBrief(at: Instant, now: Instant): string {
  const text = formatInstant(at, now);
  return text.includes(' ') ? text.slice(0, text.lastIndexOf(' ')) : text;
}
