/** Counts the objects of collections for the kind tree: from the store where they are watched, else by one small list. */
import type { KindCount, ResourceId } from '../../shared/ipc.ts';
import { KIND_IDS, KINDS } from '../../shared/kinds/kinds.ts';
import type { KindId } from '../../shared/model/kube.ts';
import { AppFailure } from '../../shared/errors.ts';
import { collectionPath } from '../kube/resource-url.ts';
import type { Session } from './session.ts';

/** Small lists at once: the tree must not take the API server from the diagnosis. */
const AT_ONCE = 6;

function storedKind({ group, resource }: ResourceId): KindId | undefined {
  return KIND_IDS.find((id) => KINDS[id].group === group && KINDS[id].resource === resource);
}

async function countListed({ client }: Session, resource: ResourceId): Promise<KindCount['count']> {
  try {
    const list = await client.getJson<unknown>(collectionPath(resource), {
      query: { limit: 1 },
      accept: 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json',
      timeoutMs: 10_000,
    });
    const { items, metadata } = list as {
      items?: unknown;
      metadata?: { remainingItemCount?: unknown; continue?: unknown };
    };
    // The server writes an empty list as null.
    const listed = items === null ? 0 : Array.isArray(items) ? items.length : undefined;
    if (listed === undefined) return 'unknown';
    const remaining = metadata?.remainingItemCount;
    if (typeof remaining === 'number') return listed + remaining;
    // A server that goes on without telling how far leaves the number open.
    return metadata?.continue === undefined || metadata.continue === '' ? listed : 'unknown';
  } catch (cause) {
    return cause instanceof AppFailure && cause.error.code === 'forbidden' ? 'denied' : 'unknown';
  }
}

async function countOne(session: Session, resource: ResourceId): Promise<KindCount> {
  const kind = storedKind(resource);
  const knowledge = kind === undefined ? undefined : session.store.view.knowledge(kind);
  if (kind !== undefined && knowledge === 'known') return { ...resource, count: session.store.count(kind) };
  if (knowledge === 'denied') return { ...resource, count: 'denied' };
  return { ...resource, count: await countListed(session, resource) };
}

/** The number of objects of each collection, in the order given; `denied` and `unknown` are answers too. */
export async function countKinds(session: Session, resources: readonly ResourceId[]): Promise<KindCount[]> {
  const counts: KindCount[] = [];
  let next = 0;
  const work = async (): Promise<void> => {
    for (let at = next++; at < resources.length; at = next++) {
      const resource = resources[at];
      if (resource !== undefined) counts[at] = await countOne(session, resource);
    }
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, resources.length) }, work));
  return counts;
}
