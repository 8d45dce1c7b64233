/** Reads the times of Kubernetes objects, which are RFC 3339 strings (MicroTime with six decimals included). */
import type { Instant } from '../model/ref.ts';

const RFC_3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/;

/** The instant in ms, or `undefined` for null, a missing field or anything that is no RFC 3339 time. */
export function parseTime(text: unknown): Instant | undefined {
  if (typeof text !== 'string' || !RFC_3339.test(text)) return undefined;
  const instant = Date.parse(text);
  return Number.isNaN(instant) ? undefined : instant;
}
