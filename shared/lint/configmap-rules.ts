/** Rules of hygiene about ConfigMaps: empty, near the limit, named by nothing. */
import { record } from '../cluster/narrow.ts';
import { ownersOf } from '../cluster/refs.ts';
import type { ConfigMap } from '../model/kube.ts';
import { formatAmount } from '../scenarios/words.ts';
import type { Remark } from './workload-rules.ts';

/** The API server refuses more than 1 MiB of values (MaxSecretSize, which holds for ConfigMaps too). */
const LIMIT = 1_048_576;
/** From this size on the store keeps the length of the values, in characters. */
export const LARGE_VALUES = LIMIT * 0.8;

/** Every namespace gets these by itself. */
const EVERYWHERE: ReadonlySet<string> = new Set(['kube-root-ca.crt', 'openshift-service-ca.crt']);
/** Components of the control plane read theirs through the API. */
const CONTROL_PLANE: ReadonlySet<string> = new Set(['kube-system', 'kube-public', 'kube-node-lease']);
const LEADER = 'control-plane.alpha.kubernetes.io/leader';

/** @param isNamed whether a pod or a template names it; `undefined` where that cannot be told */
export function remarksOnConfigMap(map: ConfigMap, isNamed: boolean | undefined): Remark[] {
  const { name, namespace = '', annotations } = map.metadata;
  const remarks: Remark[] = [];
  const { valuesLength } = map;
  if (typeof valuesLength === 'number' && valuesLength >= LARGE_VALUES)
    remarks.push({ rule: 'configmap-large', path: 'data', observed: formatAmount('memory', valuesLength) });
  const isOurs =
    EVERYWHERE.has(name) || CONTROL_PLANE.has(namespace) || Object.hasOwn(record(annotations), LEADER);
  if (isOurs) return remarks;
  const keys = Object.keys(record(map.data)).length + Object.keys(record(map.binaryData)).length;
  if (keys === 0) remarks.push({ rule: 'configmap-empty', path: 'data', observed: 'no keys' });
  // What a controller owns, it reads or cleans up itself.
  if (isNamed === false && ownersOf(map).length === 0)
    remarks.push({ rule: 'configmap-unused', path: 'metadata.name', observed: 'named by nothing' });
  return remarks;
}
