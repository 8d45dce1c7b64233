/** Narrows parsed JSON that nobody has checked. */

export type Fields = Record<string, unknown>;

export const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The text, or '' for anything else. */
export const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

/** The list, or an empty one for anything else. */
export const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? (value as unknown[]) : []);

/** The texts of a list. */
export const textsOf = (value: unknown): string[] => listOf(value).filter((each) => typeof each === 'string');
