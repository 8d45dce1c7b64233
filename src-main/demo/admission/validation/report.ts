/** Collects the faults of an object, each worded as the API server words a field error. */
import { isRecord } from '../../../../shared/cluster/narrow.ts';
import type { StatusCause } from '../../status-error.ts';

/** A value in the words of Go: JSON with the fields in this order. */
export class InOrder {
  readonly json: string;

  constructor(value: unknown) {
    this.json = JSON.stringify(value);
  }
}

/** A value as Go's `%q` or its JSON encoder would print it: keys sorted, no bare HTML characters. */
function print(value: unknown): string {
  if (typeof value === 'string') return quote(value);
  if (value === undefined) return 'null';
  if (value instanceof InOrder) return value.json;
  return JSON.stringify(sorted(value)).replace(/[<>&]/g, (mark) => `\\u00${mark.charCodeAt(0).toString(16)}`);
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isRecord(value)) return value;
  const keys = Object.keys(value).sort();
  return Object.fromEntries(
    keys.filter((key) => value[key] !== undefined).map((key) => [key, sorted(value[key])]),
  );
}

const LONGEST = 10_000;

function quote(value: string): string {
  // Hostile text may be huge; the fault says enough without all of it.
  const text = value.length > LONGEST ? value.slice(0, LONGEST) : value;
  return JSON.stringify(text).replace(/\\u00([01][0-9a-f])/g, '\\x$1');
}

function withDetail(text: string, detail: string): string {
  return detail === '' ? text : `${text}: ${detail}`;
}

export class Report {
  readonly causes: StatusCause[] = [];

  /** Number of faults so far: to see whether a check found any. */
  get size(): number {
    return this.causes.length;
  }

  required(field: string, detail = ''): void {
    this.#add('FieldValueRequired', field, withDetail('Required value', detail));
  }

  invalid(field: string, value: unknown, detail: string): void {
    this.#add('FieldValueInvalid', field, withDetail(`Invalid value: ${print(value)}`, detail));
  }

  /** One fault for each message. */
  invalidAll(field: string, value: unknown, messages: readonly string[]): void {
    for (const message of messages) this.invalid(field, value, message);
  }

  duplicate(field: string, value: unknown, detail = ''): void {
    this.#add('FieldValueDuplicate', field, withDetail(`Duplicate value: ${print(value)}`, detail));
  }

  forbidden(field: string, detail: string): void {
    this.#add('FieldValueForbidden', field, withDetail('Forbidden', detail));
  }

  notFound(field: string, value: unknown): void {
    this.#add('FieldValueNotFound', field, `Not found: ${print(value)}`);
  }

  notSupported(field: string, value: unknown, supported: readonly string[]): void {
    const list = supported.map((one) => JSON.stringify(one)).join(', ');
    const detail = list === '' ? '' : `supported values: ${list}`;
    this.#add('FieldValueNotSupported', field, withDetail(`Unsupported value: ${print(value)}`, detail));
  }

  /** `limit` in bytes. */
  tooLong(field: string, limit: number): void {
    this.#add('FieldValueTooLong', field, `Too long: may not be more than ${limit} bytes`);
  }

  tooMany(field: string, actual: number, limit: number): void {
    this.#add('FieldValueTooMany', field, `Too many: ${actual}: must have at most ${limit} items`);
  }

  #add(reason: string, field: string, message: string): void {
    this.causes.push({ reason, message, field });
  }
}
