/** Hides secret values before an object leaves the main process. */
import type { KubeObject } from '../../shared/model/kube.ts';

export const MASK = '••••••••';
const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

function maskValues(values: unknown): unknown {
  if (typeof values !== 'object' || values === null) return values === undefined ? undefined : MASK;
  return Object.fromEntries(Object.keys(values).map((key) => [key, MASK]));
}

/**
 * A copy of a Secret with every value under `data` and `stringData`, and kubectl's copy of them in the last-applied
 * annotation, replaced by `MASK`; any other object is returned as it is. `masked` tells which of the two happened.
 */
export function maskSecret(object: KubeObject): { object: KubeObject; masked: boolean } {
  if (object.kind !== 'Secret' || object.apiVersion !== 'v1') return { object, masked: false };
  const copy: KubeObject = { ...object };
  for (const field of ['data', 'stringData']) {
    if (Object.hasOwn(object, field)) copy[field] = maskValues(object[field]);
  }
  const { annotations } = object.metadata;
  if (annotations !== undefined && Object.hasOwn(annotations, LAST_APPLIED)) {
    copy.metadata = { ...object.metadata, annotations: { ...annotations, [LAST_APPLIED]: MASK } };
  }
  return { object: copy, masked: true };
}
