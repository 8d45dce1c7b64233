/** Kinds whose deletion empties something else first: a namespace its objects, a definition its custom resources. */
import type { StoredObject } from '../model.ts';
import { CLEANUP, DEFINITIONS, conditionsWith } from './definition.ts';
import { fieldsOf, stringsOf } from './json.ts';

/** `finalizers` are those that the request's policy leaves. Returns the object marked; itself if it is marked and not empty yet; undefined if it may go. */
type Stage = (stored: StoredObject, now: string, finalizers: readonly string[]) => StoredObject | undefined;

function stageNamespace(
  stored: StoredObject,
  now: string,
  finalizers: readonly string[],
): StoredObject | undefined {
  if (stored.metadata.deletionTimestamp !== undefined) {
    return stringsOf(fieldsOf(stored.spec).finalizers).length > 0 ? stored : undefined;
  }
  return {
    ...stored,
    metadata: {
      ...stored.metadata,
      deletionTimestamp: now,
      ...(finalizers.length === 0 ? {} : { finalizers }),
    },
    status: { ...fieldsOf(stored.status), phase: 'Terminating' },
  };
}

function stageDefinition(stored: StoredObject, now: string): StoredObject | undefined {
  const { deletionTimestamp, finalizers = [] } = stored.metadata;
  if (deletionTimestamp !== undefined) return undefined;
  const held = finalizers.includes(CLEANUP) ? finalizers : [...finalizers, CLEANUP];
  const pending = conditionsWith(stored.status, now, {
    type: 'Terminating',
    status: 'True',
    reason: 'InstanceDeletionPending',
    message: 'CustomResourceDefinition marked for deletion; CustomResource deletion will begin soon',
  });
  return {
    ...stored,
    metadata: { ...stored.metadata, deletionTimestamp: now, finalizers: held },
    status: { ...fieldsOf(stored.status), conditions: pending },
  };
}

/** By `storedAs`. */
export const STAGED: ReadonlyMap<string, Stage> = new Map([
  ['namespaces', stageNamespace],
  [DEFINITIONS, stageDefinition],
]);
