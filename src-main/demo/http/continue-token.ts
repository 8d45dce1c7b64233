/** Continue tokens of paged lists: in which version of the collection, and behind which object, the next page begins. */
import { badRequest } from '../status-error.ts';
import { goJsonComplaint } from '../go-json.ts';
import { numberAt, textAt } from './table/value.ts';

export interface ContinueToken {
  /** -1: the newest, for a list that goes on although its version is forgotten. */
  readonly version: number;
  /** `namespace/name` of the last object of the page before. */
  readonly after: string;
}

/** Behind a key: the next one there can be. */
const END = '\u0000';
const FORM = 'meta.k8s.io/v1';

export function writeContinueToken({ version, after }: ContinueToken): string {
  return Buffer.from(JSON.stringify({ v: FORM, rv: version, start: `${after}${END}` })).toString('base64url');
}

function refuse(why: string): never {
  throw badRequest(`invalid continue token: continue key is not valid: ${why}`);
}

/** Throws 400. */
export function readContinueToken(text: string): ContinueToken {
  const decoded = Buffer.from(text, 'base64url');
  const complaint = goJsonComplaint(decoded);
  if (complaint !== undefined) refuse(complaint);
  const value: unknown = JSON.parse(decoded.toString('utf8'));
  const form = textAt(value, 'v');
  if (form !== FORM) refuse(`server does not recognize this encoded version ${form}`);
  const version = numberAt(value, 'rv') ?? 0;
  if (version === 0) refuse('incorrect encoded start resourceVersion (version meta.k8s.io/v1)');
  const start = textAt(value, 'start');
  if (start === '') refuse('encoded start key empty (version meta.k8s.io/v1)');
  return { version, after: start.endsWith(END) ? start.slice(0, -1) : start };
}
