/** Custom resources: served once their names are accepted, in all their versions, until their definition is gone. */
import { describe, expect, it } from 'vitest';
import type { Resource, StoredObject } from '../../../../src-main/demo/model.ts';
import type { Pipeline } from '../../../../src-main/demo/registry/pipeline.ts';
import { BY_USER, changed, makeTestWorld, recordWatch, refusalOf } from './world.ts';

const SCALE = { specReplicasPath: '.spec.replicas', statusReplicasPath: '.status.replicas' };

function version(name: string, storage: boolean, more: object = {}) {
  return { name, served: true, storage, schema: { openAPIV3Schema: { type: 'object' } }, ...more };
}

function definition(plural: string, kind: string, more: object = {}) {
  const versions = [
    version('v1', true, { subresources: { status: {}, scale: SCALE } }),
    version('v1alpha1', false, {
      additionalPrinterColumns: [{ name: 'Size', type: 'integer', jsonPath: '.spec.size' }],
    }),
  ];
  const spec = { group: 'a.example.com', scope: 'Namespaced', names: { plural, kind }, versions, ...more };
  return { metadata: { name: `${plural}.a.example.com` }, spec };
}

function makeServed(more: object = {}, steps: Partial<Pipeline> = {}) {
  const world = makeTestWorld(steps);
  const definitions = world.kind('apiextensions.k8s.io/v1', 'CustomResourceDefinition');
  const { registry } = world;
  const { catalogue } = registry;
  registry.create(definitions, undefined, definition('things', 'Thing', more), BY_USER);
  const find = (name: string): Resource => {
    const row = catalogue.find('a.example.com', name, 'things');
    if (row === undefined) throw new Error(`${name} is not served.`);
    return row;
  };
  const name = 'things.a.example.com';
  const read = (): StoredObject => registry.get(definitions, undefined, name);
  const change = (wanted: ReturnType<typeof changed>) =>
    registry.update(definitions, undefined, name, wanted, BY_USER);
  const remove = () => registry.delete(definitions, undefined, name, {}, BY_USER);
  return { ...world, definitions, catalogue, find, read, change, remove };
}

function conditionsOf({ status }: StoredObject): readonly string[] {
  const { conditions } = status as {
    conditions: readonly { type: string; status: string; reason: string }[];
  };
  return conditions.map(({ type, status: value, reason }) => `${type}=${value} ${reason}`);
}

describe('a definition', () => {
  it('is answered bare, then its names are accepted, then it is established', () => {
    const { registry, kind } = makeTestWorld();
    const definitions = kind('apiextensions.k8s.io/v1', 'CustomResourceDefinition');
    const events = recordWatch(registry, definitions);
    const answer = registry.create(definitions, undefined, definition('things', 'Thing'), BY_USER);
    expect(answer.status).toEqual({
      conditions: null,
      acceptedNames: { plural: '', kind: '' },
      storedVersions: ['v1'],
    });
    expect(events.slice(1).map(({ object }) => conditionsOf(object))).toEqual([
      ['NamesAccepted=True NoConflicts', 'Established=False Installing'],
      ['NamesAccepted=True NoConflicts', 'Established=True InitialNamesAccepted'],
    ]);
    expect(events.at(-1)?.object.status).toMatchObject({
      acceptedNames: { plural: 'things', singular: 'thing', kind: 'Thing', listKind: 'ThingList' },
    });
  });

  it('adds a row for each version, the newest first', () => {
    const { find, catalogue } = makeServed();
    expect(find('v1')).toMatchObject({
      kind: 'Thing',
      listKind: 'ThingList',
      singular: 'thing',
      namespaced: true,
      storedAs: 'things.a.example.com',
      subresources: [
        { name: 'status' },
        { name: 'scale', kind: 'Scale', group: 'autoscaling', version: 'v1' },
      ],
      custom: { scale: SCALE, columns: [{ name: 'Age', type: 'date' }] },
    });
    expect(find('v1alpha1')).toMatchObject({
      subresources: [],
      custom: { columns: [{ name: 'Size', type: 'integer', jsonPath: '.spec.size', priority: 0 }] },
    });
    expect(catalogue.groups().find(({ group }) => group === 'a.example.com')?.versions).toEqual([
      'v1',
      'v1alpha1',
    ]);
    expect(catalogue.byKind('a.example.com/v1', 'Thing')).toBe(find('v1'));
  });

  it('whose name is taken waits until it is free', () => {
    const { registry, definitions, catalogue, remove } = makeServed();
    const rival = definition('others', 'Thing');
    registry.create(definitions, undefined, rival, BY_USER);
    const read = () => registry.get(definitions, undefined, rival.metadata.name);
    expect(conditionsOf(read())).toEqual([
      'NamesAccepted=False ListKindConflict',
      'Established=False NotAccepted',
    ]);
    expect(read().status).toMatchObject({ acceptedNames: { plural: 'others', kind: '' } });
    expect(read().status).toMatchObject({ acceptedNames: { plural: 'others', kind: '' } });
    expect(catalogue.find('a.example.com', 'v1', 'others')).toBeUndefined();
    remove();
    expect(conditionsOf(read())).toEqual([
      'NamesAccepted=True NoConflicts',
      'Established=True InitialNamesAccepted',
    ]);
    expect(catalogue.find('a.example.com', 'v1', 'others')).toBeDefined();
  });

  it('keeps its rows while only its metadata or status change', () => {
    const { find, change } = makeServed();
    const row = find('v1');
    change(changed({ labels: { a: 'b' } }));
    expect(find('v1')).toBe(row);
    change(changed({}, { spec: definition('things', 'Thing', { versions: [version('v1', true)] }).spec }));
    expect(find('v1')).not.toBe(row);
    expect(() => find('v1alpha1')).toThrow('not served');
  });

  it('notes every version that was ever stored', () => {
    const { read, change } = makeServed();
    const versions = [version('v1', false), version('v1alpha1', true)];
    change(changed({}, { spec: definition('things', 'Thing', { versions }).spec }));
    expect(read().status).toMatchObject({ storedVersions: ['v1', 'v1alpha1'] });
  });

  it('cannot change what its custom resources depend on', () => {
    const { change } = makeServed();
    const { spec } = definition('others', 'Other', { group: 'b.example.com', scope: 'Cluster' });
    const { details } = refusalOf(() => change(changed({}, { spec })));
    expect(details?.causes?.map(({ field, message }) => `${field ?? ''}: ${message}`)).toEqual([
      'spec.group: Invalid value: "b.example.com": field is immutable',
      'spec.names.plural: Invalid value: "others": field is immutable',
      'spec.scope: Invalid value: "Cluster": field is immutable',
      'spec.names.kind: Invalid value: "Other": field is immutable',
    ]);
  });

  it('tells those who listen to the catalogue', () => {
    const { catalogue, remove } = makeServed();
    const counts: number[] = [];
    const stop = catalogue.onChange(() => counts.push(catalogue.all().filter(({ custom }) => custom).length));
    remove();
    stop();
    expect(counts).toEqual([0]);
  });
});

describe('a custom resource', () => {
  it('is the same object in every version', () => {
    const { registry, find } = makeServed();
    const events = recordWatch(registry, find('v1alpha1'));
    const made = registry.create(find('v1'), 'n', { metadata: { name: 'a' }, spec: { size: 1 } }, BY_USER);
    const seen = registry.get(find('v1alpha1'), 'n', 'a');
    expect([made.apiVersion, seen.apiVersion]).toEqual(['a.example.com/v1', 'a.example.com/v1alpha1']);
    expect({ ...seen, apiVersion: made.apiVersion }).toEqual(made);
    expect(events.map(({ object }) => object)).toEqual([seen]);
    expect(registry.list(find('v1alpha1'))).toBe(registry.list(find('v1alpha1')));
    registry.update(find('v1alpha1'), 'n', 'a', changed({}, { spec: { size: 2 } }), BY_USER);
    expect(registry.get(find('v1'), 'n', 'a')).toMatchObject({
      apiVersion: 'a.example.com/v1',
      spec: { size: 2 },
      metadata: { generation: 2 },
    });
    expect(registry.listAt(find('v1alpha1'), 'n', Number(made.metadata.resourceVersion)).items).toEqual([
      seen,
    ]);
  });

  it('written in another version is pruned by the stored one, and read by the schema of the version asked for', () => {
    const decodeObject: Pipeline['decodeObject'] = (resource, body) => {
      const object = { ...body, ...(resource.custom && { readAs: resource.version }) };
      return { object, warnings: [] };
    };
    const { registry, find } = makeServed({}, { decodeObject });
    const made = registry.create(find('v1alpha1'), 'n', { metadata: { name: 'a' } }, BY_USER);
    expect([made.apiVersion, made.readAs]).toEqual(['a.example.com/v1alpha1', 'v1alpha1']);
    const stored = registry.get(find('v1'), 'n', 'a');
    expect([stored.apiVersion, stored.readAs]).toEqual(['a.example.com/v1', 'v1']);
    expect(registry.get(find('v1alpha1'), 'n', 'a')).toBe(registry.list(find('v1alpha1'))[0]);
  });

  it('written under an older schema is read by the present one', () => {
    let schema = 1;
    const decodeObject: Pipeline['decodeObject'] = (resource, body) => {
      const object = { ...body, ...(resource.custom && { schema }) };
      return { object, warnings: [] };
    };
    const { registry, find, change } = makeServed({}, { decodeObject });
    const made = registry.create(find('v1'), 'n', { metadata: { name: 'a' } }, BY_USER);
    expect(registry.get(find('v1'), 'n', 'a')).toBe(made);
    schema = 2;
    expect(registry.get(find('v1'), 'n', 'a').schema).toBe(1);
    const versions = [
      version('v1', true, { schema: { openAPIV3Schema: { type: 'object', description: 'new' } } }),
    ];
    change(changed({}, { spec: definition('things', 'Thing', { versions }).spec }));
    const read = registry.get(find('v1'), 'n', 'a');
    expect(read).toEqual({ ...made, schema: 2 });
    expect(registry.list(find('v1'))).toEqual([read]);
  });

  it('keeps status and spec apart only in a version with the status subresource', () => {
    const { registry, find } = makeServed();
    const draft = { metadata: { name: 'a' }, spec: { size: 1 }, status: { size: 1 } };
    expect(registry.create(find('v1'), 'n', draft, BY_USER).status).toBeUndefined();
    const status = { ...BY_USER, subresource: 'status' };
    const wanted = changed({ labels: { a: 'b' } }, { spec: { size: 9 }, status: { size: 2 } });
    const written = registry.update(find('v1'), 'n', 'a', wanted, status).object;
    expect(written).toMatchObject({ spec: { size: 1 }, status: { size: 2 }, metadata: { generation: 1 } });
    expect(written.metadata.labels).toBeUndefined();
    const whole = registry.create(find('v1alpha1'), 'n', { ...draft, metadata: { name: 'b' } }, BY_USER);
    expect(whole.status).toEqual({ size: 1 });
    const other = registry.update(find('v1alpha1'), 'n', 'b', changed({}, { status: { size: 3 } }), BY_USER);
    expect(other.object).toMatchObject({ status: { size: 3 }, metadata: { generation: 2 } });
  });
});

describe('the end of a definition', () => {
  it('takes its custom resources along and ends their watches', () => {
    const { registry, find, catalogue, remove } = makeServed();
    const rows = [find('v1'), find('v1alpha1')];
    const told: string[] = [];
    for (const resource of rows) {
      registry.watch(resource, { onEnd: () => told.push(`end ${resource.version}`) }, ({ type }) =>
        told.push(`${type} ${resource.version}`),
      );
    }
    registry.create(find('v1'), 'n', { metadata: { name: 'a' } }, BY_USER);
    told.length = 0;
    remove();
    expect(told).toEqual(['DELETED v1', 'DELETED v1alpha1', 'end v1', 'end v1alpha1']);
    expect(catalogue.all().some(({ custom }) => custom !== undefined)).toBe(false);
    const [row] = rows;
    const create = () => row && registry.create(row, 'n', { metadata: { name: 'b' } }, BY_USER);
    expect(refusalOf(create)).toMatchObject({
      code: 404,
      message: 'the server could not find the requested resource',
    });
  });

  it('waits for what a finalizer holds, and lets nothing new in', () => {
    const { registry, find, read, remove, definitions } = makeServed();
    const row = find('v1');
    registry.create(row, 'n', { metadata: { name: 'a', finalizers: ['a.b/c'] } }, BY_USER);
    expect(remove().gone).toBe(false);
    expect(conditionsOf(read()).at(-1)).toBe('Terminating=True InstanceDeletionInProgress');
    expect(refusalOf(() => registry.create(row, 'n', { metadata: { name: 'b' } }, BY_USER))).toMatchObject({
      code: 403,
      message:
        'things.a.example.com "b" is forbidden: create not allowed while custom resource definition is terminating',
    });
    registry.update(row, 'n', 'a', changed({ finalizers: [] }), BY_USER);
    expect(registry.find(definitions, undefined, 'things.a.example.com')).toBeUndefined();
  });

  it('that something else holds says that its custom resources are gone', () => {
    const { change, remove, read, registry, find } = makeServed();
    registry.create(find('v1'), 'n', { metadata: { name: 'a' } }, BY_USER);
    change(changed({ finalizers: ['x.y/z'] }));
    remove();
    expect(registry.list(find('v1'))).toEqual([]);
    expect(read().metadata.finalizers).toEqual(['x.y/z']);
    expect(conditionsOf(read()).at(-1)).toBe('Terminating=False InstanceDeletionCompleted');
  });

  it('ends the watches of a version that is no longer served, and only those', () => {
    const { registry, find, change } = makeServed();
    const ended: string[] = [];
    for (const name of ['v1', 'v1alpha1']) {
      registry.watch(find(name), { onEnd: () => ended.push(name) }, () => undefined);
    }
    change(changed({}, { spec: definition('things', 'Thing', { versions: [version('v1', true)] }).spec }));
    expect(ended).toEqual(['v1alpha1']);
  });

  it('leaves the name free for a new one', () => {
    const { registry, definitions, remove, find } = makeServed();
    remove();
    registry.create(definitions, undefined, definition('things', 'Thing', { scope: 'Cluster' }), BY_USER);
    expect(find('v1').namespaced).toBe(false);
    expect(
      registry.create(find('v1'), undefined, { metadata: { name: 'a' } }, BY_USER).metadata.namespace,
    ).toBe(undefined);
  });
});
