/** What controllers ask about pods, and how they make and claim them. */
import type { DraftObject, StoredObject } from '../model.ts';
import { matchesSelector } from '../../../shared/cluster/selectors.ts';
import type { LabelSelector, Labels, Pod, PodSpec, PodTemplate } from './objects.ts';
import { conditionOf, controllerOf, ownerReferenceTo, timeOf, type Tools } from './tools.ts';

export function isTerminal(pod: Pod): boolean {
  return pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed';
}

export function isTerminating(pod: Pod): boolean {
  return pod.metadata.deletionTimestamp !== undefined;
}

/** Neither ended nor being deleted. */
export function isActive(pod: Pod): boolean {
  return !isTerminal(pod) && !isTerminating(pod);
}

export function isReady(pod: Pod): boolean {
  return conditionOf(pod, 'Ready')?.status === 'True';
}

/** Ready for `minReadySeconds` at least. */
export function isAvailable(pod: Pod, minReadySeconds: number, nowMs: number): boolean {
  const ready = conditionOf(pod, 'Ready');
  if (ready?.status !== 'True') return false;
  return minReadySeconds === 0 || timeOf(ready.lastTransitionTime) + minReadySeconds * 1000 <= nowMs;
}

/** Milliseconds until the next ready pod becomes available; undefined if none waits. */
export function untilAvailable(
  pods: readonly Pod[],
  minReadySeconds: number,
  nowMs: number,
): number | undefined {
  const waits = pods
    .filter((pod) => isReady(pod) && !isAvailable(pod, minReadySeconds, nowMs))
    .map((pod) => timeOf(conditionOf(pod, 'Ready')?.lastTransitionTime) + minReadySeconds * 1000 - nowMs);
  return waits.length === 0 ? undefined : Math.min(...waits);
}

export function selects(selector: LabelSelector | undefined, labels: Labels | undefined): boolean {
  return matchesSelector(labels ?? {}, selector as { matchLabels?: Record<string, string> } | undefined);
}

/** A pod by a controller's template. `changes.name` makes it a named one, otherwise the server adds a suffix. */
export function podFromTemplate(
  owner: StoredObject,
  template: PodTemplate,
  changes: {
    readonly name?: string;
    readonly labels?: Labels;
    readonly annotations?: Labels;
    readonly finalizers?: readonly string[];
    readonly generateName?: string;
    readonly spec?: PodSpec;
  } = {},
): DraftObject {
  const { namespace, name } = owner.metadata;
  const annotations = { ...template.metadata?.annotations, ...changes.annotations };
  const finalizers = [...(template.metadata?.finalizers ?? []), ...(changes.finalizers ?? [])];
  return {
    metadata: {
      ...(namespace === undefined ? {} : { namespace }),
      ...(changes.name === undefined ? {} : { name: changes.name }),
      generateName: changes.generateName ?? `${name}-`,
      labels: { ...template.metadata?.labels, ...changes.labels },
      ...(Object.keys(annotations).length === 0 ? {} : { annotations }),
      ...(finalizers.length === 0 ? {} : { finalizers }),
      ownerReferences: [ownerReferenceTo(owner)],
    },
    spec: changes.spec ?? template.spec,
  };
}

/**
 * The pods of an owner: those it controls and its selector matches. Matching pods without a controller are adopted,
 * controlled ones that no longer match are released.
 */
export function claimPods(
  { writer, pods }: Pick<Tools, 'writer' | 'pods'>,
  owner: StoredObject,
  selector: LabelSelector | undefined,
): readonly Pod[] {
  const { namespace = '', uid, deletionTimestamp } = owner.metadata;
  const claimed: Pod[] = [];
  for (const pod of pods.byController.get(uid)) {
    if (selects(selector, pod.metadata.labels)) claimed.push(pod);
    else if (deletionTimestamp === undefined) release(writer, pod, uid);
  }
  if (deletionTimestamp !== undefined || pods.orphans.count(namespace) === 0) return claimed;
  for (const pod of pods.orphans.get(namespace)) {
    if (!isActive(pod) || !selects(selector, pod.metadata.labels)) continue;
    const adopted = writer.update('Pod', pod, (current) =>
      controllerOf(current) === undefined ? withOwner(current, owner) : current,
    );
    if (adopted !== undefined) claimed.push(adopted);
  }
  return claimed;
}

function withOwner(pod: Pod, owner: StoredObject): Pod {
  const ownerReferences = [...(pod.metadata.ownerReferences ?? []), ownerReferenceTo(owner)];
  return { ...pod, metadata: { ...pod.metadata, ownerReferences } };
}

function release(writer: Tools['writer'], pod: Pod, ownerUid: string): void {
  writer.update('Pod', pod, (current) => ({
    ...current,
    metadata: {
      ...current.metadata,
      ownerReferences: (current.metadata.ownerReferences ?? []).filter(({ uid }) => uid !== ownerUid),
    },
  }));
}

/** Hears which controller of `kind` a pod's change concerns, also the one that it leaves. */
export function onControlledPods(
  { informers }: Pick<Tools, 'informers'>,
  kind: string,
  enqueue: (
    key: string,
    change: { readonly pod: Pod; readonly old?: Pod; readonly deleted: boolean },
  ) => void,
): void {
  informers.on('Pod', ({ type, object, old }) => {
    const names = new Set(
      [object, ...(old === undefined ? [] : [old])]
        .map(controllerOf)
        .filter((owner) => owner?.kind === kind)
        .map((owner) => owner?.name ?? ''),
    );
    const change = { pod: object, ...(old === undefined ? {} : { old }), deleted: type === 'DELETED' };
    for (const name of names) enqueue(`${object.metadata.namespace ?? ''}/${name}`, change);
  });
}
