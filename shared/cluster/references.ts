/** Every ConfigMap and Secret a pod spec names: env, envFrom, volumes, projected volumes and pull secrets. */
import type { PodSpec } from '../model/kube.ts';
import { record, records, text } from './narrow.ts';

export interface NameReference {
  readonly kind: 'ConfigMap' | 'Secret';
  readonly name: string;
  /** The one key that is read; without it the whole object is. */
  readonly key?: string;
  readonly optional: boolean;
  readonly use: 'env' | 'envFrom' | 'volume' | 'imagePullSecrets';
  /** The container that reads it; none for a volume or a pull secret. */
  readonly container?: string;
  /** Where it stands, such as `spec.containers[main].env[DB_HOST].valueFrom.configMapKeyRef`. */
  readonly path: string;
}

type Kind = NameReference['kind'];
type Sources = readonly (readonly [field: string, kind: Kind])[];

const ENV_SOURCES: Sources = [
  ['configMapKeyRef', 'ConfigMap'],
  ['secretKeyRef', 'Secret'],
];
const ENV_FROM_SOURCES: Sources = [
  ['configMapRef', 'ConfigMap'],
  ['secretRef', 'Secret'],
];
const VOLUME_SOURCES: Sources = [
  ['configMap', 'ConfigMap'],
  ['secret', 'Secret'],
];
const CONTAINER_LISTS = ['initContainers', 'containers', 'ephemeralContainers'] as const;
/** Volume types beside `secret` that name a Secret, as the API server's own visitor lists them. */
const VOLUME_SECRETS: readonly (readonly [type: string, field: string])[] = [
  ['azureFile', 'secretName'],
  ['cephfs', 'secretRef'],
  ['csi', 'nodePublishSecretRef'],
  ['flexVolume', 'secretRef'],
  ['iscsi', 'secretRef'],
  ['rbd', 'secretRef'],
  ['scaleIO', 'secretRef'],
  ['storageos', 'secretRef'],
];

/**
 * All references in the order of the spec. `base` is where the spec stands: `spec` in a pod,
 * `spec.template.spec` in a workload. Malformed parts name nothing.
 */
export function referencesOf(spec: PodSpec | undefined, base = 'spec'): NameReference[] {
  const found: NameReference[] = [];
  const raw = record(spec);
  for (const list of CONTAINER_LISTS) {
    for (const [index, container] of records(raw[list]).entries()) {
      addContainer(found, container, `${base}.${list}[${nameOr(index, container)}]`);
    }
  }
  for (const [index, volume] of records(raw.volumes).entries()) {
    addVolume(found, volume, `${base}.volumes[${nameOr(index, volume)}]`);
  }
  for (const [index, secret] of records(raw.imagePullSecrets).entries()) {
    add(found, 'Secret', secret, { use: 'imagePullSecrets', path: `${base}.imagePullSecrets[${index}]` });
  }
  return found;
}

/** Runs for every pod that changes: what names nothing is left before a path is put together. */
function addContainer(found: NameReference[], container: Record<string, unknown>, path: string): void {
  const name = text(container.name);
  for (const [index, variable] of records(container.env).entries()) {
    if (variable.valueFrom === undefined) continue;
    const from = record(variable.valueFrom);
    for (const [field, kind] of ENV_SOURCES) {
      if (from[field] === undefined) continue;
      const source = record(from[field]);
      const where = `${path}.env[${nameOr(index, variable)}].valueFrom.${field}`;
      add(found, kind, source, { use: 'env', path: where, container: name, key: text(source.key) });
    }
  }
  for (const [index, from] of records(container.envFrom).entries()) {
    for (const [field, kind] of ENV_FROM_SOURCES) {
      const where = `${path}.envFrom[${index}].${field}`;
      add(found, kind, record(from[field]), { use: 'envFrom', path: where, container: name });
    }
  }
}

/** How a list entry is named in a path: by its name, or by its place where it has none. */
function nameOr(index: number, { name }: Record<string, unknown>): string {
  return text(name) || String(index);
}

function addVolume(found: NameReference[], volume: Record<string, unknown>, path: string): void {
  addSources(found, volume, path);
  for (const [index, source] of records(record(volume.projected).sources).entries()) {
    addSources(found, source, `${path}.projected.sources[${index}]`);
  }
  for (const [type, field] of VOLUME_SECRETS) {
    if (volume[type] === undefined) continue;
    const named = record(volume[type])[field];
    const source = typeof named === 'string' ? { name: named } : record(named);
    add(found, 'Secret', source, { use: 'volume', path: `${path}.${type}.${field}` });
  }
}

/** A `configMap` or `secret` source: one reference per item, or one for the whole object. */
function addSources(found: NameReference[], holder: Record<string, unknown>, path: string): void {
  for (const [field, kind] of VOLUME_SOURCES) {
    if (holder[field] === undefined) continue;
    const source = record(holder[field]);
    const listed = records(source.items);
    if (listed.length === 0) add(found, kind, source, { use: 'volume', path: `${path}.${field}` });
    for (const [index, item] of listed.entries()) {
      const where = `${path}.${field}.items[${index}]`;
      add(found, kind, source, { use: 'volume', path: where, key: text(item.key) });
    }
  }
}

interface Place {
  readonly use: NameReference['use'];
  readonly path: string;
  readonly container?: string;
  readonly key?: string;
}

function add(found: NameReference[], kind: Kind, source: Record<string, unknown>, place: Place): void {
  const name = text(source.name) || text(source.secretName);
  if (name === '') return;
  const { use, path, container = '', key = '' } = place;
  found.push({
    kind,
    name,
    ...(key === '' ? {} : { key }),
    optional: source.optional === true,
    use,
    ...(container === '' ? {} : { container }),
    path,
  });
}
