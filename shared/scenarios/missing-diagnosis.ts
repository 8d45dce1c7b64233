/** Words for a missing ConfigMap or Secret; both scenarios say the same of their kind. */
import { record } from '../cluster/narrow.ts';
import { refOf, refTo } from '../cluster/refs.ts';
import type { ClusterView } from '../cluster/view.ts';
import type { Diagnosis, Evidence } from '../model/finding.ts';
import type { ConfigMap, Pod, Secret } from '../model/kube.ts';
import type { Instant } from '../model/ref.ts';
import { missingObjectsOf, type MissingObject, type ObjectKind } from './missing-objects.ts';
import { similarNames } from './similar-names.ts';
import { clean, count, enumerate, nameObject } from './words.ts';

const MAX_REFERENCES = 5;

export function diagnoseMissing(kind: ObjectKind, pod: Pod, cluster: ClusterView, now: Instant): Diagnosis[] {
  return missingObjectsOf(kind, pod, cluster, now).map((missing) => describe(pod, missing, cluster));
}

function describe(pod: Pod, missing: MissingObject, cluster: ClusterView): Diagnosis {
  const { kind, name, keys, inferred, since } = missing;
  const object = `${kind} ${clean(name)}`;
  const there = cluster.get(kind, pod.metadata.namespace, name);
  const ref = there === undefined ? refTo('v1', kind, pod.metadata.namespace, name) : refOf(there);
  const lacks = keys.length > 0 ? `has no ${nameKeys(keys)}` : 'does not exist';
  return {
    part: name,
    severity: 'high',
    summary: `${nameObject(pod)} cannot start: ${object} ${lacks}`,
    ofPods: `wait for ${object}, which ${lacks}`,
    same: [name, ...keys].join(' '),
    cause: `${describeCause(missing, object, lacks)}${describeSimilar(missing, pod, cluster)}`,
    advice: adviceFor(missing, object, pod.metadata.namespace ?? ''),
    evidence: [...missing.evidence, ...referenceEvidence(pod, missing), ...keyEvidence(missing, there)],
    ...(since === undefined ? {} : { since }),
    confidence: inferred ? 'medium' : 'high',
    blames: [ref],
  };
}

function describeCause({ users, proven, keys }: MissingObject, object: string, lacks: string): string {
  const waiting = `${enumerate(users, 3)} ${users.length === 1 ? 'needs' : 'need'} it, and nothing starts before.`;
  const sentence = waiting.charAt(0).toUpperCase() + waiting.slice(1);
  if (proven) return `${object} ${lacks}. ${sentence}`;
  const missing = keys.length > 0 ? `${object} ${lacks}` : `${object} is missing`;
  return `The kubelet reports that ${missing}; whether it is there was not checked. ${sentence}`;
}

function describeSimilar({ kind, name, keys }: MissingObject, pod: Pod, cluster: ClusterView): string {
  const object = cluster.get(kind, pod.metadata.namespace, name);
  const [wanted, names] =
    keys.length > 0
      ? [keys[0] ?? '', keysOf(object)]
      : [name, cluster.names(kind, pod.metadata.namespace ?? '')];
  const similar = similarNames(wanted, names).map((one) => clean(one));
  if (similar.length === 0) return '';
  return keys.length > 0
    ? ` It has ${enumerate(similar)}: a slip in the name?`
    : ` There is ${enumerate(similar)} in the namespace: a slip in the name?`;
}

function adviceFor({ keys }: MissingObject, object: string, namespace: string): string {
  const where = namespace === '' ? '' : ` in namespace ${clean(namespace)}`;
  if (keys.length > 0)
    return `Add ${nameKeys(keys)} to ${object}${where}, or correct the key where it is used.`;
  return `Create ${object}${where}, or correct the name where it is used; the pods then start by themselves.`;
}

/** Every place in the spec that asks for it. */
function referenceEvidence(pod: Pod, { references }: MissingObject): Evidence[] {
  const rest = references.length - MAX_REFERENCES;
  return references.slice(0, MAX_REFERENCES).map(({ path, name, key }, index) => ({
    ref: refOf(pod),
    path: clean(path, 200),
    observed: key === undefined ? clean(name) : `${clean(name)}, key ${clean(key)}`,
    why:
      index === MAX_REFERENCES - 1 && rest > 0
        ? `Asked for here, and in ${count(rest, 'more place')}.`
        : 'Asked for here, and not marked optional.',
  }));
}

function keyEvidence({ keys }: MissingObject, object: ConfigMap | Secret | undefined): Evidence[] {
  if (object === undefined || keys.length === 0) return [];
  const present = keysOf(object).map((key) => clean(key));
  const observed = present.length === 0 ? 'no keys' : `keys ${enumerate(present, 8)}`;
  return [{ ref: refOf(object), path: 'data', observed, why: 'What it has now; values are not read.' }];
}

function keysOf(object: ConfigMap | Secret | undefined): string[] {
  return [record(object).data, record(object).binaryData].flatMap((data) => Object.keys(record(data)));
}

function nameKeys(keys: readonly string[]): string {
  return `${keys.length === 1 ? 'key' : 'keys'} ${enumerate(keys.map((key) => clean(key)))}`;
}
