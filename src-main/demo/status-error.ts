/** Refusals of the demo server as Kubernetes Status objects, in the words of the real API server. */
import { qualifiedName, type Resource } from './model.ts';

/** One cause of a Status: `reason` as in metav1.CauseType, e.g. FieldValueRequired, FieldValueInvalid. */
export interface StatusCause {
  readonly reason: string;
  readonly message: string;
  readonly field?: string;
}

export interface StatusDetails {
  readonly name?: string;
  readonly group?: string;
  readonly kind?: string;
  readonly uid?: string;
  readonly causes?: readonly StatusCause[];
  readonly retryAfterSeconds?: number;
}

/** metav1.Status of a failure. */
export interface FailureStatus {
  readonly kind: 'Status';
  readonly apiVersion: 'v1';
  readonly metadata: Readonly<Record<string, never>>;
  readonly status: 'Failure';
  readonly message: string;
  readonly reason?: string;
  readonly details?: StatusDetails;
  readonly code: number;
}

type Named = Pick<Resource, 'group' | 'plural'>;

/** Thrown anywhere in the demo server; becomes the body and the code of the answer. */
export class StatusError extends Error {
  readonly status: FailureStatus;

  constructor(code: number, reason: string | undefined, message: string, details?: StatusDetails) {
    super(message);
    this.name = 'StatusError';
    this.status = {
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message,
      ...(reason === undefined ? {} : { reason }),
      ...(details === undefined ? {} : { details }),
      code,
    };
  }
}

function detailsOf({ group, plural }: Named, name: string): StatusDetails {
  return { ...(name === '' ? {} : { name }), ...(group === '' ? {} : { group }), kind: plural };
}

export function notFound(resource: Named, name: string): StatusError {
  return new StatusError(
    404,
    'NotFound',
    `${qualifiedName(resource)} "${name}" not found`,
    detailsOf(resource, name),
  );
}

export function alreadyExists(resource: Named, name: string): StatusError {
  const message = `${qualifiedName(resource)} "${name}" already exists`;
  return new StatusError(409, 'AlreadyExists', message, detailsOf(resource, name));
}

export function conflict(resource: Named, name: string, why: string): StatusError {
  const message = `Operation cannot be fulfilled on ${qualifiedName(resource)} "${name}": ${why}`;
  return new StatusError(409, 'Conflict', message, detailsOf(resource, name));
}

/** `what` is the verb phrase of the refusal: `User "x" cannot list resource "pods" in API group "" …`, or a quota's sentence. */
export function forbidden(resource: Named, name: string, what: string): StatusError {
  const subject = name === '' ? qualifiedName(resource) : `${qualifiedName(resource)} "${name}"`;
  return new StatusError(403, 'Forbidden', `${subject} is forbidden: ${what}`, detailsOf(resource, name));
}

/** A text as Go quotes it. */
function quote(text: string): string {
  return JSON.stringify(text).replace(/\\u00([01][0-9a-f])/g, '\\x$1');
}

/** 422 with field causes; the message lists them as the real server does: one bare, several in brackets. */
export function invalid(
  { group, kind }: Pick<Resource, 'group' | 'kind'>,
  name: string,
  causes: readonly StatusCause[],
): StatusError {
  const texts = causes.map(({ field, message }) => (field === undefined ? message : `${field}: ${message}`));
  // Some faults are found twice; each is said once.
  const distinct = [...new Set(texts)];
  const list = distinct.length === 1 ? distinct.join('') : `[${distinct.join(', ')}]`;
  const qualified = group === '' ? kind : `${kind}.${group}`;
  return new StatusError(422, 'Invalid', `${qualified} ${quote(name)} is invalid: ${list}`, {
    ...(name === '' ? {} : { name }),
    ...(group === '' ? {} : { group }),
    kind,
    causes,
  });
}

export function badRequest(message: string): StatusError {
  return new StatusError(400, 'BadRequest', message);
}

/** A resourceVersion or continue token older than the history. */
export function expired(message: string): StatusError {
  return new StatusError(410, 'Expired', message);
}

export function unauthorized(): StatusError {
  return new StatusError(401, 'Unauthorized', 'Unauthorized');
}

export function unsupportedMediaType(message: string): StatusError {
  return new StatusError(415, 'UnsupportedMediaType', message);
}

export function notAcceptable(message: string): StatusError {
  return new StatusError(406, 'NotAcceptable', message);
}
