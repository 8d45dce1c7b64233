/** Binds claims to volumes: to one that fits, or to a new one where the claim's StorageClass provides them. */
import { parseQuantity } from '../../../shared/cluster/quantities.ts';
import type { DraftObject } from '../model.ts';
import type { PersistentVolume, PersistentVolumeClaim, StorageClass } from './other-objects.ts';
import { selects } from './pods.ts';
import { keyOf, splitKey, timeOf, type Controller, type Tools } from './tools.ts';
import { WorkQueue } from './work-queue.ts';

const SOURCE = { component: 'persistentvolume-controller' };
const SELECTED_NODE = 'volume.kubernetes.io/selected-node';
const NOT_PROVISIONED = 'kubernetes.io/no-provisioner';
/** Provisioners of the demo's own classes. Any other is one that nobody runs here, so its claims wait. */
const PROVISIONERS = /^(?:demo\.hedgerow\.dev\/|rancher\.io\/local-path$)/;
const PROVISIONING_MS = 1800;
/** Resync of the real controller, which repeats its events. */
const LOOK_AGAIN_MS = 15_000;
const LATER_MS = 300_000;

export function startVolumeController(tools: Tools): Controller {
  const { clock, informers, writer } = tools;
  const queue = new WorkQueue({
    clock,
    delayMs: 30,
    reconcile: (key) => {
      const { namespace, name } = splitKey(key);
      const claim = writer.find('PersistentVolumeClaim', namespace, name);
      if (claim === undefined || claim.metadata.deletionTimestamp !== undefined) return;
      const again = settle(tools, claim);
      if (again !== undefined) queue.addAfter(key, again);
    },
  });
  informers.on('PersistentVolumeClaim', ({ type, object }) => {
    if (type === 'DELETED') release(tools, object);
    else queue.add(keyOf(object));
  });
  informers.on('PersistentVolume', ({ type, object }) => {
    const { claimRef } = object.spec;
    if (type === 'ADDED' && object.status?.phase !== 'Bound' && claimRef === undefined) {
      writer.updateStatus('PersistentVolume', object, ({ status }) => ({ ...status, phase: 'Available' }));
    }
    if (claimRef?.name !== undefined) queue.add(`${claimRef.namespace ?? ''}/${claimRef.name}`);
    else if (type === 'ADDED') {
      for (const claim of writer.list('PersistentVolumeClaim')) {
        if (claim.status?.phase !== 'Bound') queue.add(keyOf(claim));
      }
    }
  });
  informers.on('StorageClass', ({ type }) => {
    if (type !== 'ADDED') return;
    for (const claim of writer.list('PersistentVolumeClaim')) {
      if (claim.status?.phase !== 'Bound') queue.add(keyOf(claim));
    }
  });
  return queue;
}

/** Milliseconds after which to look again, if at all. */
function settle(tools: Tools, claim: PersistentVolumeClaim): number | undefined {
  const { writer } = tools;
  if (claim.spec.volumeName !== undefined) {
    const volume = writer.find('PersistentVolume', undefined, claim.spec.volumeName);
    if (volume === undefined) {
      if (claim.status?.phase === 'Bound') loseVolume(tools, claim);
    } else if (claim.status?.phase !== 'Bound') bind(tools, claim, volume);
    return undefined;
  }
  const fitting = writer.list('PersistentVolume').filter((volume) => fits(volume, claim));
  const className = claim.spec.storageClassName ?? '';
  const storageClass = writer.find('StorageClass', undefined, className);
  const isWaiting =
    storageClass?.volumeBindingMode === 'WaitForFirstConsumer' &&
    claim.metadata.annotations?.[SELECTED_NODE] === undefined;
  if (isWaiting) {
    tell(
      tools,
      claim,
      'Normal',
      'WaitForFirstConsumer',
      'waiting for first consumer to be created before binding',
    );
    return LATER_MS;
  }
  const [smallest] = fitting.toSorted((one, other) => sizeOf(one) - sizeOf(other));
  if (smallest !== undefined) {
    bind(tools, claim, smallest);
    return undefined;
  }
  if (className === '') {
    const message = 'no persistent volumes available for this claim and no storage class is set';
    tell(tools, claim, 'Normal', 'FailedBinding', message);
    return LOOK_AGAIN_MS;
  }
  if (storageClass === undefined) {
    const message = `storageclass.storage.k8s.io "${className}" not found`;
    tell(tools, claim, 'Warning', 'ProvisioningFailed', message);
    return LOOK_AGAIN_MS;
  }
  return provision(tools, claim, storageClass);
}

function provision(
  tools: Tools,
  claim: PersistentVolumeClaim,
  storageClass: StorageClass,
): number | undefined {
  const { clock, writer } = tools;
  const { provisioner } = storageClass;
  if (provisioner === NOT_PROVISIONED) {
    const message = 'no persistent volumes available for this claim';
    tell(tools, claim, 'Normal', 'FailedBinding', message);
    return LOOK_AGAIN_MS;
  }
  const message = `Waiting for a volume to be created either by the external provisioner '${provisioner}' or manually by the system administrator. If volume creation is delayed, please verify that the provisioner is running and correctly registered.`;
  tell(tools, claim, 'Normal', 'ExternalProvisioning', message);
  if (!PROVISIONERS.test(provisioner)) return LOOK_AGAIN_MS;
  const age = clock.now() - timeOf(claim.metadata.creationTimestamp);
  if (age < PROVISIONING_MS) return PROVISIONING_MS - age;
  const volume = writer.create('PersistentVolume', newVolume(claim, storageClass));
  tell(
    tools,
    claim,
    'Normal',
    'ProvisioningSucceeded',
    `Successfully provisioned volume ${volume.metadata.name}`,
  );
  bind(tools, claim, volume);
  return undefined;
}

function newVolume(claim: PersistentVolumeClaim, storageClass: StorageClass): DraftObject {
  const { metadata, spec } = claim;
  const name = `pvc-${metadata.uid}`;
  return {
    metadata: { name, annotations: { 'pv.kubernetes.io/provisioned-by': storageClass.provisioner } },
    spec: {
      accessModes: spec.accessModes ?? ['ReadWriteOnce'],
      capacity: { storage: spec.resources?.requests?.storage ?? '1Gi' },
      storageClassName: storageClass.metadata.name,
      persistentVolumeReclaimPolicy: storageClass.reclaimPolicy ?? 'Delete',
      volumeMode: spec.volumeMode ?? 'Filesystem',
      csi: { driver: storageClass.provisioner, volumeHandle: name },
      claimRef: claimReference(claim),
    },
  };
}

function claimReference({ metadata }: PersistentVolumeClaim): object {
  const { namespace = '', name, uid, resourceVersion } = metadata;
  return { apiVersion: 'v1', kind: 'PersistentVolumeClaim', namespace, name, uid, resourceVersion };
}

function fits(volume: PersistentVolume, claim: PersistentVolumeClaim): boolean {
  const { accessModes = [], storageClassName = '', volumeMode = 'Filesystem' } = volume.spec;
  const { spec } = claim;
  return (
    volume.metadata.deletionTimestamp === undefined &&
    isFreeFor(volume, claim) &&
    storageClassName === (spec.storageClassName ?? '') &&
    volumeMode === (spec.volumeMode ?? 'Filesystem') &&
    (spec.accessModes ?? []).every((mode) => accessModes.includes(mode)) &&
    (spec.selector === undefined || selects(spec.selector, volume.metadata.labels)) &&
    sizeOf(volume) >= (parseQuantity(spec.resources?.requests?.storage) ?? 0)
  );
}

/** Unclaimed, or kept for this claim. */
function isFreeFor({ spec: { claimRef } }: PersistentVolume, { metadata }: PersistentVolumeClaim): boolean {
  if (claimRef === undefined) return true;
  const named = claimRef.namespace === metadata.namespace && claimRef.name === metadata.name;
  return named && (claimRef.uid === undefined || claimRef.uid === metadata.uid);
}

function sizeOf({ spec }: PersistentVolume): number {
  return parseQuantity(spec.capacity?.storage) ?? 0;
}

function bind({ writer }: Tools, claim: PersistentVolumeClaim, volume: PersistentVolume): void {
  writer.update('PersistentVolume', volume, (current) =>
    current.spec.claimRef?.uid === claim.metadata.uid
      ? current
      : { ...current, spec: { ...current.spec, claimRef: claimReference(claim) } },
  );
  writer.updateStatus('PersistentVolume', volume, ({ status }) => ({ ...status, phase: 'Bound' }));
  writer.update('PersistentVolumeClaim', claim, (current) => ({
    ...current,
    metadata: {
      ...current.metadata,
      annotations: {
        ...current.metadata.annotations,
        'pv.kubernetes.io/bind-completed': 'yes',
        'pv.kubernetes.io/bound-by-controller': 'yes',
      },
    },
    spec: { ...current.spec, volumeName: volume.metadata.name },
  }));
  writer.updateStatus('PersistentVolumeClaim', claim, ({ status }) => ({
    ...status,
    phase: 'Bound',
    accessModes: volume.spec.accessModes ?? [],
    capacity: volume.spec.capacity ?? {},
  }));
}

function loseVolume(tools: Tools, claim: PersistentVolumeClaim): void {
  tools.writer.updateStatus('PersistentVolumeClaim', claim, () => ({ phase: 'Lost' }));
  const message = 'Bound claim has lost its PersistentVolume. Data on the volume is lost!';
  tell(tools, claim, 'Warning', 'ClaimLost', message);
}

function release({ writer }: Tools, claim: PersistentVolumeClaim): void {
  const volume = writer.find('PersistentVolume', undefined, claim.spec.volumeName ?? '');
  if (volume?.spec.claimRef?.uid !== claim.metadata.uid) return;
  writer.updateStatus('PersistentVolume', volume, ({ status }) => ({ ...status, phase: 'Released' }));
  if (volume.spec.persistentVolumeReclaimPolicy === 'Delete') writer.delete('PersistentVolume', volume);
}

function tell(
  { recordEvent }: Tools,
  claim: PersistentVolumeClaim,
  type: 'Normal' | 'Warning',
  reason: string,
  message: string,
): void {
  recordEvent({ about: claim, type, reason, message, source: SOURCE });
}
