/** Makes the volumes of a pod, from ConfigMaps, Secrets, the downward API and what can be written. */
import type { Registry } from '../registry/contract.ts';
import { valuesOf } from './environment.ts';
import { createWritableVolume, type Mount, type VolumeFiles } from './files.ts';
import { fieldOf, resourceOf, type PodAddresses } from './pod-fields.ts';
import type { ContainerSpec, FieldItem, KeyToPath, Pod, ProjectedSource, Volume } from './pod-types.ts';

export interface VolumeInput {
  readonly registry: Registry;
  readonly pod: Pod;
  readonly addresses: PodAddresses;
  readonly allocatable: Readonly<Record<string, string>>;
  /** Claims keep their files when pods go. */
  readonly claims: Map<string, VolumeFiles>;
}

/** A volume, or why it cannot be made, as the FailedMount event says it. */
export type MadeVolume = { readonly files: VolumeFiles; readonly type: string } | { readonly error: string };

const ROOT_CA = 'kube-root-ca.crt';
/** Folders that hosts have. */
const HOST_FOLDERS =
  /^\/(?:$|(?:var|etc|proc|sys|dev|run|lib|usr|opt|tmp|home|mnt|srv|boot|root)(?:\/(?:log|lib|run|kubelet|kubernetes|containerd|modules|spool|cache)(?:\/.*)?)?$)/;
const HOST_FILES =
  /^\/(?:etc\/(?:localtime|hosts|resolv\.conf|machine-id|os-release)|run\/containerd\/containerd\.sock|dev\/\w+)$/;

interface KeySource {
  readonly kind: 'ConfigMap' | 'Secret';
  readonly name: string;
  readonly optional: boolean;
  readonly items: readonly KeyToPath[] | undefined;
}

function pick(
  values: Readonly<Record<string, string>>,
  items: readonly KeyToPath[] | undefined,
): [string, string][] {
  if (items === undefined) return Object.entries(values);
  return items.flatMap(({ key, path }): [string, string][] =>
    Object.hasOwn(values, key) ? [[path, values[key] ?? '']] : [],
  );
}

function missing(input: VolumeInput, { kind, name, optional, items }: KeySource): string {
  if (optional || name === ROOT_CA) return '';
  const values = valuesOf(input.registry, kind, input.pod.metadata.namespace, name);
  if (values === undefined) return `${kind.toLowerCase()} "${name}" not found`;
  const absent = items?.find(({ key }) => !Object.hasOwn(values, key));
  if (absent === undefined) return '';
  return kind === 'ConfigMap'
    ? `configmap references non-existent config key: ${absent.key}`
    : `references non-existent secret key: ${absent.key}`;
}

function fieldFiles(input: VolumeInput, items: readonly FieldItem[] | undefined): [string, string][] {
  return (items ?? []).map(({ path, fieldRef, resourceFieldRef }) => {
    if (fieldRef !== undefined) return [path, fieldOf(input.pod, fieldRef.fieldPath, input.addresses)];
    const { spec } = input.pod;
    const container = spec.containers.find(({ name }) => name === resourceFieldRef?.containerName);
    return [
      path,
      resourceFieldRef === undefined ? '' : resourceOf(container, resourceFieldRef, input.allocatable),
    ];
  });
}

function keySources({ configMap, secret }: ProjectedSource): KeySource[] {
  const one = (kind: KeySource['kind'], ref: ProjectedSource['configMap']): KeySource[] =>
    ref === undefined
      ? []
      : [{ kind, name: ref.name ?? '', optional: ref.optional === true, items: ref.items }];
  return [...one('ConfigMap', configMap), ...one('Secret', secret)];
}

function fromSources(input: VolumeInput, sources: readonly ProjectedSource[], mode: number): MadeVolume {
  for (const source of sources.flatMap(keySources)) {
    const error = missing(input, source);
    if (error !== '') return { error };
  }
  const { registry, pod } = input;
  const executable = new Set(
    sources
      .flatMap(({ configMap, secret }) => [...(configMap?.items ?? []), ...(secret?.items ?? [])])
      .filter((item) => ((item.mode ?? 0) & 0o111) !== 0)
      .map(({ path }) => path),
  );
  // Read anew each time: a change of the object shows in the files, as it does after the kubelet's next look.
  const files = (): Map<string, string> =>
    new Map(
      sources.flatMap((source) => [
        ...keySources(source).flatMap(({ kind, name, items }) =>
          pick(valuesOf(registry, kind, pod.metadata.namespace, name) ?? {}, items),
        ),
        ...fieldFiles(input, source.downwardAPI?.items),
        ...(source.serviceAccountToken === undefined
          ? []
          : [[source.serviceAccountToken.path, 'demo-token\n'] satisfies [string, string]]),
      ]),
    );
  return {
    files: { files, isExecutable: (path) => (mode & 0o111) !== 0 || executable.has(path) },
    type: 'tmpfs',
  };
}

function fromHost({ path, type = '' }: { readonly path: string; readonly type?: string }): MadeVolume {
  const refuse = (what: string): MadeVolume => ({
    error: `hostPath type check failed: ${path} is not a ${what}`,
  });
  if (type === 'Directory' && !HOST_FOLDERS.test(path)) return refuse('directory');
  if (type === 'File' && !HOST_FILES.test(path)) return refuse('file');
  if (type === 'Socket' && !path.endsWith('containerd.sock')) return refuse('socket file');
  return { files: createWritableVolume(), type: 'ext4' };
}

function fromClaim(input: VolumeInput, volume: string, claim: string): MadeVolume {
  const { registry, pod, claims } = input;
  const { namespace } = pod.metadata;
  const found = registry.find(registry.catalogue.builtIn('v1', 'PersistentVolumeClaim'), namespace, claim);
  const start = `Unable to attach or mount volumes: unmounted volumes=[${volume}], unattached volumes=[], failed to process volumes=[${volume}]: error processing PVC ${namespace}/${claim}:`;
  if (found === undefined) {
    return {
      error: `${start} failed to fetch PVC from API server: persistentvolumeclaims "${claim}" not found`,
    };
  }
  if ((found.status as { phase?: string } | undefined)?.phase !== 'Bound')
    return { error: `${start} PVC is not bound` };
  const files = claims.get(found.metadata.uid) ?? createWritableVolume();
  claims.set(found.metadata.uid, files);
  return { files, type: 'ext4' };
}

/** Makes one volume. */
export function makeVolume(input: VolumeInput, volume: Volume): MadeVolume {
  const { configMap, secret, projected, downwardAPI, hostPath, persistentVolumeClaim, emptyDir } = volume;
  if (configMap !== undefined) return fromSources(input, [{ configMap }], configMap.defaultMode ?? 0o644);
  if (secret !== undefined) {
    const { secretName, ...rest } = secret;
    return fromSources(
      input,
      [{ secret: { ...rest, ...(secretName === undefined ? {} : { name: secretName }) } }],
      secret.defaultMode ?? 0o644,
    );
  }
  if (projected !== undefined)
    return fromSources(input, projected.sources ?? [], projected.defaultMode ?? 0o644);
  if (downwardAPI !== undefined) return fromSources(input, [{ downwardAPI }], 0o644);
  if (hostPath !== undefined) return fromHost(hostPath);
  if (persistentVolumeClaim !== undefined)
    return fromClaim(input, volume.name, persistentVolumeClaim.claimName);
  return { files: createWritableVolume(), type: emptyDir?.medium === 'Memory' ? 'tmpfs' : 'ext4' };
}

/** The message of FailedMount for a volume that cannot be made. */
export function mountMessage(volume: string, error: string): string {
  return error.startsWith('Unable to attach')
    ? error
    : `MountVolume.SetUp failed for volume "${volume}" : ${error}`;
}

/** Where a container mounts the pod's volumes. */
export function mountsOf(
  container: ContainerSpec,
  volumes: ReadonlyMap<string, { readonly files: VolumeFiles; readonly type: string }>,
): Mount[] {
  return (container.volumeMounts ?? []).flatMap(({ name, mountPath, readOnly, subPath }) => {
    const volume = volumes.get(name);
    if (volume === undefined) return [];
    const path = mountPath.replace(/\/+$/, '') || '/';
    const mount = { path, type: volume.type, readOnly: readOnly === true, volume: volume.files };
    return [subPath === undefined ? mount : { ...mount, subPath }];
  });
}
