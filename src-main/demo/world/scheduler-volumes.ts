/** What a pod's claims mean for where it can run. */
import { matchesTerms } from './node-matching.ts';
import type { Node, Pod } from './objects.ts';
import type { PersistentVolume } from './other-objects.ts';
import type { Writer } from './writer.ts';

export interface Volumes {
  /** Why no node can take the pod now. */
  readonly refusal?: string;
  readonly bound: readonly PersistentVolume[];
  /** Claims that wait for the pod to be placed before they are bound. */
  readonly waiting: readonly string[];
}

const SELECTED_NODE = 'volume.kubernetes.io/selected-node';

export function volumesOf(writer: Writer, pod: Pod): Volumes {
  const { namespace } = pod.metadata;
  const bound: PersistentVolume[] = [];
  const waiting: string[] = [];
  for (const { persistentVolumeClaim } of pod.spec.volumes ?? []) {
    if (persistentVolumeClaim === undefined) continue;
    const { claimName } = persistentVolumeClaim;
    const claim = writer.find('PersistentVolumeClaim', namespace, claimName);
    if (claim === undefined) {
      return { refusal: `persistentvolumeclaim "${claimName}" not found`, bound, waiting };
    }
    if (claim.metadata.deletionTimestamp !== undefined) {
      return { refusal: `persistentvolumeclaim "${claimName}" is being deleted`, bound, waiting };
    }
    if (claim.status?.phase === 'Lost') {
      const volume = claim.spec.volumeName ?? '';
      const refusal = `persistentvolumeclaim "${claimName}" bound to non-existent persistentvolume "${volume}"`;
      return { refusal, bound, waiting };
    }
    if (claim.spec.volumeName !== undefined && claim.status?.phase === 'Bound') {
      const volume = writer.find('PersistentVolume', undefined, claim.spec.volumeName);
      if (volume !== undefined) bound.push(volume);
      continue;
    }
    const { storageClassName = '' } = claim.spec;
    const storageClass = writer.find('StorageClass', undefined, storageClassName);
    if (storageClass?.volumeBindingMode !== 'WaitForFirstConsumer') {
      return { refusal: 'pod has unbound immediate PersistentVolumeClaims', bound, waiting };
    }
    waiting.push(claimName);
  }
  return { bound, waiting };
}

export function volumeNodeRefusal({ bound }: Volumes, node: Node): string | undefined {
  const away = bound.some(({ spec }) => {
    const terms = spec.nodeAffinity?.required?.nodeSelectorTerms;
    return terms !== undefined && !matchesTerms(terms, node);
  });
  return away ? "node(s) didn't match PersistentVolume's node affinity" : undefined;
}

/** Tells the provisioner of waiting claims which node was chosen. */
export function selectNode(writer: Writer, pod: Pod, { waiting }: Volumes, nodeName: string): void {
  const { namespace } = pod.metadata;
  for (const name of waiting) {
    const target = { metadata: { name, ...(namespace === undefined ? {} : { namespace }) } };
    writer.update('PersistentVolumeClaim', target, (current) => ({
      ...current,
      metadata: {
        ...current.metadata,
        annotations: { ...current.metadata.annotations, [SELECTED_NODE]: nodeName },
      },
    }));
  }
}
