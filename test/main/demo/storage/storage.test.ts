/** What the storage promises to those who list and watch, whatever is written in whatever order. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { StoredObject } from '../../../../src-main/demo/model.ts';
import type { RegistryEvent } from '../../../../src-main/demo/registry/contract.ts';
import { StatusError } from '../../../../src-main/demo/status-error.ts';
import { Storage } from '../../../../src-main/demo/storage/storage.ts';

const PODS = 'pods';
const NAMESPACES = ['a', 'a-b', 'b'] as const;

function makeStorage(history = { events: 1000, ageMs: 1000 }) {
  const clock = { now: 0 };
  const reported: unknown[] = [];
  const storage = new Storage({
    now: () => clock.now,
    history,
    firstVersion: 100,
    report: (error) => reported.push(error),
  });
  return { storage, clock, reported };
}

function pod(namespace: string, name: string, value = 0): StoredObject {
  const metadata = {
    namespace,
    name,
    uid: `${namespace}/${name}`,
    resourceVersion: '',
    creationTimestamp: '',
  };
  return { apiVersion: 'v1', kind: 'Pod', metadata, value };
}

interface Step {
  readonly kind: 'put' | 'remove' | 'other';
  readonly namespace: string;
  readonly name: string;
  readonly value: number;
}

const steps = fc.array(
  fc.record<Step>({
    kind: fc.constantFrom('put', 'put', 'remove', 'other'),
    namespace: fc.constantFrom(...NAMESPACES),
    name: fc.constantFrom('x', 'x.y', 'z', 'x-1'),
    value: fc.nat(9),
  }),
  { maxLength: 40 },
);

function take(storage: Storage, { kind, namespace, name, value }: Step): void {
  if (kind === 'other') {
    storage.put('secrets', pod(namespace, name), storage.find('secrets', namespace, name));
    return;
  }
  const present = storage.find(PODS, namespace, name);
  if (kind === 'put') storage.put(PODS, pod(namespace, name, value), present);
  else if (present !== undefined) storage.remove(PODS, present);
}

/** What a client holds that starts from a list and follows the events. */
class Follower {
  readonly #objects: Map<string, StoredObject>;

  constructor(items: readonly StoredObject[]) {
    this.#objects = new Map(items.map((object) => [object.metadata.uid, object]));
  }

  take({ type, object }: RegistryEvent): void {
    if (type === 'DELETED') this.#objects.delete(object.metadata.uid);
    else this.#objects.set(object.metadata.uid, object);
  }

  get objects(): readonly StoredObject[] {
    const key = ({ metadata: { namespace = '', name } }: StoredObject) => `${namespace}/${name}`;
    return [...this.#objects.values()].sort((one, other) => (key(one) < key(other) ? -1 : 1));
  }
}

const scope = fc.constantFrom(undefined, ...NAMESPACES);

describe('a watch', () => {
  it('from any version leads to what a list says, and never tells a thing twice', () => {
    fc.assert(
      fc.property(steps, steps, scope, (before, after, namespace) => {
        const { storage } = makeStorage();
        for (const step of before) take(storage, step);
        const start = { items: storage.list(PODS, namespace), since: storage.version };
        const live = new Follower(start.items);
        storage.watch(PODS, { namespace, since: start.since }, (event) => live.take(event));
        for (const step of after) take(storage, step);
        const late = new Follower(start.items);
        const versions: number[] = [];
        storage.watch(PODS, { namespace, since: start.since }, (event) => {
          versions.push(event.version);
          late.take(event);
        });
        expect(live.objects).toEqual(storage.list(PODS, namespace));
        expect(late.objects).toEqual(storage.list(PODS, namespace));
        expect(versions).toEqual([...new Set(versions)].sort((one, other) => one - other));
      }),
    );
  });

  it('tells everybody the same order even if a listener writes', () => {
    const { storage } = makeStorage();
    const first: number[] = [];
    const second: number[] = [];
    storage.watch(PODS, {}, ({ version }) => {
      first.push(version);
      if (version < 105) storage.put(PODS, pod('a', `n${version}`), undefined);
    });
    storage.watch(PODS, {}, ({ version }) => second.push(version));
    storage.put(PODS, pod('a', 'n'), undefined);
    expect(first).toEqual([101, 102, 103, 104, 105]);
    expect(second).toEqual(first);
  });

  it('told of the past goes on with what its own listener writes', () => {
    const { storage } = makeStorage();
    storage.put(PODS, pod('a', 'n'), undefined);
    const seen: number[] = [];
    storage.watch(PODS, { since: 100 }, ({ version }) => {
      seen.push(version);
      if (version < 104) storage.put(PODS, pod('a', `n${version}`), undefined);
    });
    expect(seen).toEqual([101, 102, 103, 104]);
  });

  it('that throws is reported, and neither the write nor the next watch suffers', () => {
    const { storage, reported } = makeStorage();
    const seen: number[] = [];
    storage.watch(PODS, {}, () => {
      throw new Error('broken');
    });
    storage.watch(PODS, {}, ({ version }) => seen.push(version));
    expect(storage.put(PODS, pod('a', 'n'), undefined).metadata.resourceVersion).toBe('101');
    expect(seen).toEqual([101]);
    expect(reported).toEqual([new Error('broken')]);
  });

  it('that is stopped in the midst of an event hears no more', () => {
    const { storage } = makeStorage();
    const seen: number[] = [];
    const stops: (() => void)[] = [];
    storage.watch(PODS, {}, () => stops.forEach((stop) => stop()));
    stops.push(storage.watch(PODS, {}, ({ version }) => seen.push(version)));
    storage.put(PODS, pod('a', 'n'), undefined);
    expect(seen).toEqual([]);
  });

  it('from a version not reached yet waits for it', () => {
    const { storage } = makeStorage();
    const seen: number[] = [];
    storage.watch(PODS, { since: 102 }, ({ version }) => seen.push(version));
    for (const name of ['a', 'b', 'c']) storage.put(PODS, pod('a', name), undefined);
    expect(seen).toEqual([103]);
  });
});

describe('a list', () => {
  it('at any version is what the list was then', () => {
    fc.assert(
      fc.property(steps, scope, (all, namespace) => {
        const { storage } = makeStorage();
        const known: (readonly [number, readonly StoredObject[]])[] = [];
        for (const step of all) {
          known.push([storage.version, storage.list(PODS, namespace)]);
          take(storage, step);
        }
        for (const [version, items] of known) {
          expect(storage.listAt(PODS, namespace, version)).toEqual({ items, version });
        }
      }),
    );
  });

  it('that was given away stays as it is', () => {
    const { storage } = makeStorage();
    const first = storage.put(PODS, pod('a', 'one'), undefined);
    const list = storage.list(PODS, undefined);
    storage.put(PODS, pod('a', 'two'), undefined);
    storage.remove(PODS, first);
    expect(list).toEqual([first]);
    expect(storage.list(PODS, 'a').map(({ metadata }) => metadata.name)).toEqual(['two']);
  });

  it('is the same array until something changes', () => {
    const { storage } = makeStorage();
    storage.put(PODS, pod('a', 'one'), undefined);
    expect(storage.list(PODS, 'a')).toBe(storage.list(PODS, 'a'));
  });

  it('is in the order of etcd: by the whole key', () => {
    const { storage } = makeStorage();
    for (const namespace of ['b', 'a', 'a-b']) storage.put(PODS, pod(namespace, 'x'), undefined);
    const order = storage.list(PODS, undefined).map(({ metadata }) => metadata.namespace);
    expect(order).toEqual(['a-b', 'a', 'b']);
  });
});

/** 'fine', or the Status' code and message. */
function outcomeOf(act: () => unknown): string {
  try {
    act();
    return 'fine';
  } catch (error) {
    if (!(error instanceof StatusError)) throw error;
    return `${error.status.code} ${error.status.message}`;
  }
}

describe('compaction', () => {
  it('expires what is older and nothing else', () => {
    fc.assert(
      fc.property(steps, fc.nat(60), fc.nat(60), (all, at, asked) => {
        const { storage } = makeStorage();
        for (const step of all) take(storage, step);
        const compacted = Math.min(100 + at, storage.version);
        const since = Math.min(100 + asked, storage.version);
        const before = storage.list(PODS, undefined);
        storage.compact(compacted);
        const isOld = since < compacted;
        const tooOld = `410 too old resource version: ${since} (${compacted})`;
        expect(outcomeOf(() => storage.watch(PODS, { since }, () => undefined))).toBe(
          isOld ? tooOld : 'fine',
        );
        const expired = '410 The resourceVersion for the provided list is too old.';
        expect(outcomeOf(() => storage.listAt(PODS, undefined, since))).toBe(isOld ? expired : 'fine');
        expect(storage.list(PODS, undefined)).toEqual(before);
      }),
    );
  });

  it('reaches collections that nobody had asked for before', () => {
    const { storage } = makeStorage();
    storage.put(PODS, pod('a', 'x'), undefined);
    storage.compact();
    expect(outcomeOf(() => storage.watch('jobs', { since: 100 }, () => undefined))).toMatch(/^410 /);
    expect(outcomeOf(() => storage.watch('jobs', { since: 101 }, () => undefined))).toBe('fine');
  });

  it('happens by itself to what is too much', () => {
    const { storage } = makeStorage({ events: 2, ageMs: 1000 });
    for (const name of ['a', 'b', 'c', 'd']) storage.put(PODS, pod('a', name), undefined);
    expect(outcomeOf(() => storage.watch(PODS, { since: 101 }, () => undefined))).toBe(
      '410 too old resource version: 101 (102)',
    );
    expect(outcomeOf(() => storage.watch(PODS, { since: 102 }, () => undefined))).toBe('fine');
  });

  it('happens by itself to what is too old', () => {
    const { storage, clock } = makeStorage({ events: 100, ageMs: 1000 });
    storage.put(PODS, pod('a', 'a'), undefined);
    clock.now = 900;
    storage.put(PODS, pod('a', 'b'), undefined);
    expect(outcomeOf(() => storage.listAt(PODS, undefined, 100))).toBe('fine');
    clock.now = 1100;
    expect(outcomeOf(() => storage.listAt(PODS, undefined, 100))).toMatch(/^410 /);
    expect(storage.listAt(PODS, undefined, 101).items).toHaveLength(1);
  });
});
