/** Finds where the answers of two servers differ, and sets the known differences apart. */
import type { Entry } from './run-case.ts';

export interface Difference {
  readonly case: string;
  /** Step, and the place in its answer: `3 POST /api/v1/…: .body.message`. */
  readonly at: string;
  readonly real: unknown;
  readonly demo: unknown;
}

/** A difference that is meant to be. `*` in `case` and `at` stands for any text. */
export interface KnownDifference {
  readonly case: string;
  readonly at: string;
  readonly reason: string;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

type Found = Omit<Difference, 'case'>;

function compareValues(real: unknown, demo: unknown, at: string): Found[] {
  if (Object.is(real, demo)) return [];
  if (!isObject(real) || !isObject(demo) || Array.isArray(real) !== Array.isArray(demo)) {
    return [{ at, real, demo }];
  }
  const keys = new Set([...Object.keys(real), ...Object.keys(demo)]);
  return [...keys].flatMap((key) => {
    const place = Array.isArray(real) ? `${at}[${key}]` : `${at}.${key}`;
    const has = (value: object): boolean => Object.hasOwn(value, key);
    if (!has(real) || !has(demo)) return [{ at: place, real: real[key], demo: demo[key] }];
    return compareValues(real[key], demo[key], place);
  });
}

/** All differences of one case, in the order of its steps. */
export function compareEntries(id: string, real: readonly Entry[], demo: readonly Entry[]): Difference[] {
  return real.flatMap((entry, index) =>
    compareValues(entry.answer, demo[index]?.answer, `${entry.step}: `).map((found) => ({
      case: id,
      ...found,
    })),
  );
}

function matches(pattern: string, text: string): boolean {
  const parts = pattern.split('*').map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`, 's').test(text);
}

export function isKnown(difference: Difference, known: KnownDifference): boolean {
  return matches(known.case, difference.case) && matches(known.at, difference.at);
}
