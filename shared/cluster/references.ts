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

interface Source {
  readonly name?: unknown;
  readonly secretName?: unknown;
  readonly optional?: unknown;
  readonly items?: unknown;
}

const KIND_OF = { configMap: 'ConfigMap', secret: 'Secret' } as const;
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
  records(raw.imagePullSecrets).forEach((secret, index) => {
    const path = `${base}.imagePullSecrets[${index}]`;
    add(found, { kind: 'Secret', source: secret, use: 'imagePullSecrets', path });
  });
  return found;
}

function addContainer(found: NameReference[], container: Record<string, unknown>, path: string): void {
  const name = text(container.name);
  for (const [index, variable] of records(container.env).entries()) {
    const from = record(variable.valueFrom);
    for (const [field, kind] of [
      ['configMapKeyRef', 'ConfigMap'],
      ['secretKeyRef', 'Secret'],
    ] as const) {
      const source = record(from[field]);
      const where = `${path}.env[${nameOr(index, variable)}].valueFrom.${field}`;
      add(found, { kind, source, use: 'env', path: where, container: name, key: text(source.key) });
    }
  }
  records(container.envFrom).forEach((from, index) => {
    for (const [field, kind] of [
      ['configMapRef', 'ConfigMap'],
      ['secretRef', 'Secret'],
    ] as const) {
      const where = `${path}.envFrom[${index}].${field}`;
      add(found, {
        kind,
        source: record(from[field]),
        use: 'envFrom',
        path: where,
        container: name,
      });
    }
  });
}

/** How a list entry is named in a path: by its name, or by its place where it has none. */
function nameOr(index: number, { name }: Record<string, unknown>): string {
  return text(name) || String(index);
}

function addVolume(found: NameReference[], volume: Record<string, unknown>, path: string): void {
  addSources(found, volume, path);
  records(record(volume.projected).sources).forEach((source, index) => {
    addSources(found, source, `${path}.projected.sources[${index}]`);
  });
  for (const [type, field] of VOLUME_SECRETS) {
    const named = record(volume[type])[field];
    const source = typeof named === 'string' ? { name: named } : record(named);
    add(found, { kind: 'Secret', source, use: 'volume', path: `${path}.${type}.${field}` });
  }
}

/** A `configMap` or `secret` source: one reference per item, or one for the whole object. */
function addSources(found: NameReference[], holder: Record<string, unknown>, path: string): void {
  for (const field of ['configMap', 'secret'] as const) {
    const source: Source = record(holder[field]);
    const listed = records(source.items);
    const kind = KIND_OF[field];
    if (listed.length === 0) add(found, { kind, source, use: 'volume', path: `${path}.${field}` });
    listed.forEach((item, index) => {
      add(found, {
        kind,
        source,
        use: 'volume',
        path: `${path}.${field}.items[${index}]`,
        key: text(item.key),
      });
    });
  }
}

interface Candidate {
  kind: NameReference['kind'];
  source: Source;
  use: NameReference['use'];
  path: string;
  container?: string;
  key?: string;
}

function add(found: NameReference[], { kind, source, use, path, container, key }: Candidate): void {
  const name = text(source.name) || text(source.secretName);
  if (name === '') return;
  found.push({
    kind,
    name,
    ...(key === undefined || key === '' ? {} : { key }),
    optional: source.optional === true,
    use,
    ...(container === undefined || container === '' ? {} : { container }),
    path,
  });
}
