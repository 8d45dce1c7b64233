/** Reads numbers of queries as Go does, with Go's complaints. */
import { badRequest, StatusError } from '../../status-error.ts';

/** A signed whole number; undefined when absent or empty. Throws 400. */
export function readInteger(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name);
  if (text === null || text === '') return undefined;
  const quoted = JSON.stringify(text);
  if (!/^[-+]?\d+$/.test(text)) throw badRequest(`strconv.ParseInt: parsing ${quoted}: invalid syntax`);
  const value = BigInt(text.replace(/^\+/, ''));
  if (value > 9223372036854775807n || value < -9223372036854775808n)
    throw badRequest(`strconv.ParseInt: parsing ${quoted}: value out of range`);
  return Number(value);
}

/** True for any value but 'false', '0' and absent; an empty value is true, as in `?watch`. */
export function readFlag(query: URLSearchParams, name: string): boolean {
  const text = query.get(name);
  return text !== null && text !== 'false' && text !== '0';
}

function complaint(text: string): string {
  return `resourceVersion: Invalid value: ${JSON.stringify(text)}: strconv.ParseUint: parsing ${JSON.stringify(text)}: invalid syntax`;
}

function versionOf(text: string): number | undefined {
  return /^\d{1,20}$/.test(text) ? Number(text) : undefined;
}

/** The resourceVersion of a list. Throws 400. */
export function readListVersion(text: string): number {
  const version = versionOf(text);
  if (version === undefined) throw badRequest(`invalid resource version: ${complaint(text)}`);
  return version;
}

/** The resourceVersion of a get or watch: the API server answers 500 without a reason where it is no number. */
export function readWatchVersion(text: string): number {
  const version = versionOf(text);
  if (version === undefined) throw new StatusError(500, undefined, complaint(text));
  return version;
}

/** 504 for a version that this server has not written yet. */
export function tooLargeVersion(asked: number, current: number): StatusError {
  return new StatusError(
    504,
    'Timeout',
    `Timeout: Too large resource version: ${asked}, current: ${current}`,
    {
      causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }],
      retryAfterSeconds: 1,
    },
  );
}
