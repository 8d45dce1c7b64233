/** Whether an object that is there is what a plan wants to create. */
import { isRecord, record } from '../cluster/narrow.ts';
import type { KubeObject } from '../model/kube.ts';

/** Fields that only the server writes. */
const SERVER_METADATA = [
  'uid',
  'resourceVersion',
  'generation',
  'creationTimestamp',
  'managedFields',
  'selfLink',
];

/** Kinds whose spec belongs to controllers: that they are there is all a plan wants. */
const MERE_PRESENCE = new Set(['Namespace', 'ServiceAccount']);

/** The object as somebody would write it: without what the server adds, and without its status. */
export function withoutServerFields(object: KubeObject): KubeObject {
  const { status: _status, ...rest } = object;
  const metadata = Object.fromEntries(
    Object.entries(object.metadata).filter(([field]) => !SERVER_METADATA.includes(field)),
  );
  return { ...rest, metadata } as KubeObject;
}

function equal(a: unknown, b: unknown): boolean {
  if (a === b || (isEmpty(a) && isEmpty(b))) return true;
  if (Array.isArray(a) && Array.isArray(b))
    return a.length === b.length && a.every((each, index) => equal(each, b[index]));
  if (!isRecord(a) || !isRecord(b)) return false;
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].every((key) => equal(own(a, key), own(b, key)));
}

const own = (object: Record<string, unknown>, key: string) =>
  Object.hasOwn(object, key) ? object[key] : undefined;
/** The server leaves out what is empty. */
const isEmpty = (value: unknown) =>
  value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0);

/**
 * True where every field that the plan sets, names and labels aside, has that value. Of a Namespace and a ServiceAccount
 * it is enough that they are there.
 */
export function isSameObject(wanted: KubeObject, there: KubeObject): boolean {
  if (wanted.kind !== there.kind) return false;
  if (MERE_PRESENCE.has(wanted.kind)) return true;
  const skip = new Set(['apiVersion', 'kind', 'metadata', 'status']);
  const fields = new Set([...Object.keys(wanted), ...Object.keys(there)].filter((field) => !skip.has(field)));
  return [...fields].every((field) => equal(own(record(wanted), field), own(record(there), field)));
}
