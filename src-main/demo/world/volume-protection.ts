/** Lets claims and volumes that are being deleted go once nothing uses them any more. */
import type { Pod } from './objects.ts';
import { isTerminal } from './pods.ts';
import { keyOf, splitKey, type Controller, type Tools } from './tools.ts';
import { WorkQueue } from './work-queue.ts';

const CLAIM_FINALIZER = 'kubernetes.io/pvc-protection';
const VOLUME_FINALIZER = 'kubernetes.io/pv-protection';

export function startVolumeProtection(tools: Tools): Controller {
  const { clock, informers, writer } = tools;
  const users = informers.index('Pod', claimsOf);
  const claims = new WorkQueue({
    clock,
    delayMs: 30,
    reconcile: (key) => {
      const { namespace, name } = splitKey(key);
      const claim = writer.find('PersistentVolumeClaim', namespace, name);
      if (claim?.metadata.deletionTimestamp === undefined) return;
      if (!users.get(key).some((pod) => !isTerminal(pod))) {
        removeFinalizer(tools, 'PersistentVolumeClaim', claim, CLAIM_FINALIZER);
      }
    },
  });
  const volumes = new WorkQueue({
    clock,
    delayMs: 30,
    reconcile: (name) => {
      const volume = writer.find('PersistentVolume', undefined, name);
      if (volume?.metadata.deletionTimestamp === undefined || volume.status?.phase === 'Bound') return;
      removeFinalizer(tools, 'PersistentVolume', volume, VOLUME_FINALIZER);
    },
  });
  informers.on('PersistentVolumeClaim', ({ type, object }) => {
    if (type !== 'DELETED' && object.metadata.deletionTimestamp !== undefined) claims.add(keyOf(object));
  });
  informers.on('PersistentVolume', ({ type, object }) => {
    if (type !== 'DELETED' && object.metadata.deletionTimestamp !== undefined) volumes.add(keyOf(object));
  });
  informers.on('Pod', ({ type, object, old }) => {
    const ended = type === 'DELETED' || (isTerminal(object) && old !== undefined && !isTerminal(old));
    if (ended) for (const key of claimsOf(object)) claims.add(key);
  });
  return {
    stop: () => {
      claims.stop();
      volumes.stop();
    },
  };
}

/** `namespace/name` of the claims a pod uses. */
function claimsOf({ metadata, spec }: Pod): readonly string[] {
  return (spec.volumes ?? []).flatMap(({ persistentVolumeClaim: claim }) =>
    claim === undefined ? [] : [`${metadata.namespace ?? ''}/${claim.claimName}`],
  );
}

function removeFinalizer(
  { writer }: Tools,
  kind: 'PersistentVolume' | 'PersistentVolumeClaim',
  object: { readonly metadata: { readonly name: string; readonly namespace?: string; readonly uid: string } },
  finalizer: string,
): void {
  writer.update(kind, object, (current) => ({
    ...current,
    metadata: {
      ...current.metadata,
      finalizers: (current.metadata.finalizers ?? []).filter((each) => each !== finalizer),
    },
  }));
}
