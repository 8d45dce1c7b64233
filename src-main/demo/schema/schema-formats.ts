/** The string formats that schemas of custom resources may ask for. */
import { isIP, isIPv4, isIPv6 } from 'node:net';

const UNITS =
  /^(?:n|ns|nano|nanosecond|nanoseconds|us|µs|micro|micros|microsecond|microseconds|ms|milli|millis|millisecond|milliseconds|s|sec|secs|second|seconds|m|min|mins|minute|minutes|h|hr|hour|hours|d|day|days|w|wk|week|weeks)$/;
const GO_DURATION = /^[+-]?(?:0|(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+)$/;
const WORDY_DURATION = /^(?:\s*\d+\s*[A-Za-zµ]+)+\s*$/;
const LABEL = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;
const UUID = /^[0-9a-f]{8}-?[0-9a-f]{4}-?([0-9a-f])[0-9a-f]{3}-?([0-9a-f])[0-9a-f]{3}-?[0-9a-f]{12}$/i;

function isDuration(text: string): boolean {
  if (GO_DURATION.test(text)) return true;
  if (!WORDY_DURATION.test(text)) return false;
  return [...text.matchAll(/[A-Za-zµ]+/g)].every(([unit]) => UNITS.test(unit.toLowerCase()));
}

function isDate(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text));
}

function isDateTime(text: string): boolean {
  const match = /^(\d{4}-\d{2}-\d{2})[tT](\d{2}):(\d{2}):(\d{2})(?:\.\d+)?(?:[zZ]|[+-]\d{2}:?\d{2})?$/.exec(
    text,
  );
  const [, date = '', hour, minute, second] = match ?? [];
  return isDate(date) && Number(hour) < 24 && Number(minute) < 60 && Number(second) < 60;
}

function isCidr(text: string): boolean {
  const [address = '', bits = '', ...rest] = text.split('/');
  const family = isIP(address);
  return (
    rest.length === 0 && family !== 0 && /^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128)
  );
}

function isUri(text: string): boolean {
  return text.startsWith('/') || (/^[a-z][a-z0-9+.-]*:/i.test(text) && URL.canParse(text));
}

function isUuid(version?: string): (text: string) => boolean {
  return (text) => {
    const match = UUID.exec(text);
    return match !== null && (version === undefined || match[1] === version);
  };
}

// By name without dashes, as the real registry of formats compares them. Others are not checked.
const FORMATS: Readonly<Record<string, (text: string) => boolean>> = {
  byte: (text) => text !== '' && text.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(text),
  cidr: isCidr,
  date: isDate,
  datetime: isDateTime,
  duration: isDuration,
  email: (text) => /^[^\s@<>]+@[^\s@<>]+$/.test(text),
  hexcolor: (text) => /^#?(?:[0-9a-f]{3}|[0-9a-f]{6})$/i.test(text),
  hostname: (text) =>
    text.length <= 255 &&
    /^[\p{L}\p{S}\d](?:[\p{L}\p{S}\d-]{0,62})(?:\.[\p{L}\p{S}\d-]{1,63})*\.?$/u.test(text),
  ipv4: (text) => isIPv4(text),
  ipv6: (text) => isIPv6(text),
  k8slongname: (text) => text.length <= 253 && text.split('.').every((label) => LABEL.test(label)),
  k8sshortname: (text) => LABEL.test(text),
  mac: (text) =>
    /^(?:[0-9a-f]{2}[:-]){5}(?:(?:[0-9a-f]{2}[:-]){2})?[0-9a-f]{2}$/i.test(text) ||
    /^(?:[0-9a-f]{4}\.){2,3}[0-9a-f]{4}$/i.test(text),
  uri: isUri,
  uuid: isUuid(),
  uuid3: isUuid('3'),
  uuid4: isUuid('4'),
  uuid5: isUuid('5'),
};

/** Whether the text has the format; a format that nobody knows is none. */
export function hasFormat(text: string, format: string): boolean {
  const name = format.replaceAll('-', '');
  return Object.hasOwn(FORMATS, name) ? (FORMATS[name]?.(text) ?? true) : true;
}
