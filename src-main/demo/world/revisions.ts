/** ControllerRevisions: the history of the templates of a StatefulSet or DaemonSet. */
import type { StoredObject } from '../model.ts';
import type { LabelSelector, Labels, PodTemplate } from './objects.ts';
import { hashOf } from './template-hash.ts';
import { controllerOf, ownerReferenceTo, same, type Tools } from './tools.ts';
import type { Indexer } from './informers.ts';
import type { ControllerRevision } from './workload-objects.ts';

interface Owner extends StoredObject {
  readonly spec: { readonly template: PodTemplate; readonly selector: LabelSelector };
  readonly status?: { readonly collisionCount?: number };
}

/** Where the hash is written on the revision: StatefulSets and DaemonSets use different labels. */
type HashLabel = 'controller.kubernetes.io/hash' | 'controller-revision-hash';

export function indexRevisions({ informers }: Tools): Indexer<'ControllerRevision'> {
  return informers.index('ControllerRevision', (each) => {
    const owner = controllerOf(each);
    return owner === undefined ? [] : [owner.uid];
  });
}

/** Oldest first. */
export function revisionsOf(
  index: Indexer<'ControllerRevision'>,
  owner: StoredObject,
): readonly ControllerRevision[] {
  return index.get(owner.metadata.uid).toSorted((one, other) => one.revision - other.revision);
}

/** The revision of the present template: made if it is new, moved to the front if an older one has returned. */
export function syncRevision(
  { writer }: Tools,
  index: Indexer<'ControllerRevision'>,
  owner: Owner,
  hashLabel: HashLabel,
): ControllerRevision {
  const present = revisionsOf(index, owner);
  const newest = present.at(-1);
  const data = { spec: { template: { ...owner.spec.template, $patch: 'replace' } } };
  const equal = present.findLast((each) => same(each.data, data));
  if (equal !== undefined && (equal === newest || newest === undefined)) return equal;
  const revision = (newest?.revision ?? 0) + 1;
  if (equal !== undefined) {
    return writer.update('ControllerRevision', equal, (current) => ({ ...current, revision })) ?? equal;
  }
  const { namespace = '', name, annotations } = owner.metadata;
  const hash = hashOf(owner.spec.template, owner.status?.collisionCount);
  const labels: Labels =
    hashLabel === 'controller-revision-hash'
      ? { ...owner.spec.template.metadata?.labels, [hashLabel]: hash }
      : { ...owner.spec.selector.matchLabels, [hashLabel]: hash };
  return writer.create('ControllerRevision', {
    metadata: {
      namespace,
      name: `${name}-${hash}`,
      labels,
      ...(annotations === undefined ? {} : { annotations }),
      ownerReferences: [ownerReferenceTo(owner)],
    },
    data,
    revision,
  });
}

/** Deletes the oldest revisions beyond the limit that no pod is of. */
export function trimRevisions(
  { writer }: Tools,
  revisions: readonly ControllerRevision[],
  inUse: ReadonlySet<string>,
  limit: number,
): void {
  const unused = revisions.filter(({ metadata }) => !inUse.has(metadata.name));
  for (const each of unused.slice(0, Math.max(0, unused.length - limit))) {
    writer.delete('ControllerRevision', each);
  }
}

/** The template of a revision. */
export function templateOf({ data }: ControllerRevision): PodTemplate | undefined {
  const template = (data as { spec?: { template?: PodTemplate & { $patch?: string } } } | undefined)?.spec
    ?.template;
  if (template === undefined) return undefined;
  const { $patch: _patch, ...rest } = template;
  return rest;
}
