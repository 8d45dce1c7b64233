/** Collects the objects of a dump, each once: of two versions of one object the newer. */
import { formatRef } from '../../shared/model/ref.ts';
import { text } from '../../shared/cluster/narrow.ts';
import { refTo } from '../../shared/cluster/refs.ts';
import { KINDS } from '../../shared/kinds/kinds.ts';
import type { KindId, KubeObject } from '../../shared/model/kube.ts';
import type { Instant } from '../../shared/model/ref.ts';
import { clean } from '../../shared/scenarios/words.ts';
import { newestTime } from './newest-time.ts';
import type { Warn } from './parse-objects.ts';

/** Events are served in two groups, and are the same objects in both. */
const EVENTS = 'events.k8s.io/v1';

/** The kind of an object, if it is one that is read, in a version that is understood. */
export function kindOf({ apiVersion, kind }: KubeObject): KindId | undefined {
  if (!Object.hasOwn(KINDS, kind)) return undefined;
  const row = KINDS[kind as KindId];
  const known = row.versions.map((version) => (row.group === '' ? version : `${row.group}/${version}`));
  return known.includes(apiVersion) || (kind === 'Event' && apiVersion === EVENTS) ? row.id : undefined;
}

export class Gathered {
  readonly #objects = new Map<string, KubeObject>();
  readonly #namespaces = new Set<string>();
  readonly #warn: Warn;
  /** Kubernetes objects seen, those of kinds that are not read included. */
  seen = 0;
  newest: Instant | undefined;

  constructor(warn: Warn) {
    this.#warn = warn;
  }

  /** The objects of the kinds that are read. */
  get objects(): readonly KubeObject[] {
    return [...this.#objects.values()];
  }

  /** Every namespace in which the dump holds an object. */
  get namespaces(): ReadonlySet<string> {
    return this.#namespaces;
  }

  /** @param where file and line, for warnings */
  add(object: KubeObject, where: string): void {
    this.seen += 1;
    const time = newestTime(object);
    if (time !== undefined && (this.newest === undefined || time > this.newest)) this.newest = time;
    const { metadata } = object;
    const kind = kindOf(object);
    for (const field of ['namespace', 'uid', 'resourceVersion'] as const) {
      // YAML has null where a field stands without a value.
      if (text(metadata[field]) === '') delete metadata[field];
    }
    // What names no namespace is applied to `default`, as kubectl does.
    if (kind !== undefined && KINDS[kind].namespaced) metadata.namespace ??= 'default';
    if (kind !== undefined && !KINDS[kind].namespaced) delete metadata.namespace;
    if (metadata.namespace !== undefined) this.#namespaces.add(metadata.namespace);
    if (kind === undefined) return;
    const key = `${kind}\n${metadata.namespace ?? ''}\n${metadata.name}`;
    const before = this.#objects.get(key);
    if (before === undefined || this.#replaces(object, before, where)) this.#objects.set(key, object);
  }

  #replaces(object: KubeObject, before: KubeObject, where: string): boolean {
    const [old, now] = [before.metadata.resourceVersion, object.metadata.resourceVersion];
    // Several layouts hold each object twice; that is no cause for a word.
    if (old !== undefined && old === now && before.metadata.uid === object.metadata.uid) return false;
    const newer = compareVersions(now, old) >= 0;
    const name = clean(
      formatRef(refTo(object.apiVersion, object.kind, object.metadata.namespace, object.metadata.name)),
      300,
    );
    this.#warn(
      `${where}: ${name} is there twice; ${newer ? 'this version' : 'the other, newer version'} is used.`,
    );
    return newer;
  }
}

/** Later ones are greater; equal where they cannot be compared, so that the later in the tree wins. */
function compareVersions(a: string | undefined, b: string | undefined): number {
  if (!/^\d{1,30}$/.test(a ?? '') || !/^\d{1,30}$/.test(b ?? '')) return 0;
  const [left, right] = [BigInt(a ?? ''), BigInt(b ?? '')];
  return left < right ? -1 : left > right ? 1 : 0;
}
