/** Narrows untrusted JSON without throwing: what has the wrong type counts as missing. */

/** The object itself, or an empty one. Read its fields by known names only: it may hold hostile keys. */
export function record(value: unknown): Record<string, unknown> {
  return isRecord(value) ? value : {};
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The entries of a list of objects; none for anything else. */
export function records(value: unknown): Record<string, unknown>[] {
  return list(value).map(record);
}

export function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** The string, or an empty one. */
export function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
