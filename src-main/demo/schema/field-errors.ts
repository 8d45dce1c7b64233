/** Field errors in the words of Kubernetes' own validation. */
import type { StatusCause } from '../status-error.ts';

/** A value as messages quote it. */
function quoteValue(value: unknown): string {
  return value === undefined ? '""' : JSON.stringify(value);
}

/** `detail` says what the value should be. */
export function invalidValue(field: string, value: unknown, detail: string): StatusCause {
  return { reason: 'FieldValueInvalid', message: `Invalid value: ${quoteValue(value)}: ${detail}`, field };
}

export function requiredValue(field: string, detail = ''): StatusCause {
  return {
    reason: 'FieldValueRequired',
    message: `Required value${detail === '' ? '' : `: ${detail}`}`,
    field,
  };
}

export function duplicateValue(field: string, value: unknown): StatusCause {
  return { reason: 'FieldValueDuplicate', message: `Duplicate value: ${quoteValue(value)}`, field };
}

export function forbiddenValue(field: string, detail: string): StatusCause {
  return { reason: 'FieldValueForbidden', message: `Forbidden: ${detail}`, field };
}

export function unsupportedValue(field: string, value: unknown, supported: readonly unknown[]): StatusCause {
  const list = supported.map((each) =>
    JSON.stringify(typeof each === 'string' ? each : JSON.stringify(each)),
  );
  const message = `Unsupported value: ${quoteValue(value)}: supported values: ${list.join(', ')}`;
  return { reason: 'FieldValueNotSupported', message, field };
}
