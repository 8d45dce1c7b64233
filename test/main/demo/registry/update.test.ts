/** Changing objects: optimistic locking, what an update cannot change, parts, and writes that are none. */
import { describe, expect, it } from 'vitest';
import type { AdmissionRequest } from '../../../../src-main/demo/registry/pipeline.ts';
import { BY_USER, changed, makeTestWorld, recordWatch, refusalOf } from './world.ts';

function plant(apiVersion = 'v1', kindName = 'ConfigMap', steps = {}, fields: object = {}) {
  const world = makeTestWorld(steps);
  const resource = world.kind(apiVersion, kindName);
  const namespace = resource.namespaced ? 'n' : undefined;
  const draft = { metadata: { name: 'a', labels: { one: '1' } }, ...fields };
  const old = world.registry.create(resource, namespace, draft, BY_USER);
  const update = (change: ReturnType<typeof changed>, context: object = {}) =>
    world.registry.update(resource, namespace, 'a', change, { ...BY_USER, ...context }).object;
  return { ...world, resource, namespace, old, update };
}

describe('an update', () => {
  it('keeps what belongs to the server and takes the rest', () => {
    const { update, old, advance } = plant();
    advance(5000);
    const object = update(() => ({
      metadata: {
        name: 'a',
        creationTimestamp: '2020-01-01T00:00:00Z',
        generation: 9,
        generateName: 'x-',
        annotations: { two: '2' },
      },
      data: { a: 'b' },
    }));
    const { labels: _labels, ...kept } = old.metadata;
    expect(object.metadata).toEqual({
      ...kept,
      resourceVersion: '202',
      generateName: 'x-',
      annotations: { two: '2' },
    });
    expect(object.data).toEqual({ a: 'b' });
  });

  it('that changes nothing writes nothing', () => {
    const { update, old, registry, resource } = plant();
    const events = recordWatch(registry, resource);
    expect(update((current) => ({ ...current, metadata: { ...current?.metadata, annotations: {} } }))).toBe(
      old,
    );
    expect(update((current) => current ?? {})).toBe(old);
    expect([registry.version(), events.length]).toEqual([201, 0]);
  });

  it('of managed fields alone counts only if more than their times changed', () => {
    let fields = {};
    let time = '2026-01-01T00:00:00Z';
    const entry = () => ({
      manager: 'm',
      operation: 'Update' as const,
      apiVersion: 'v1',
      time,
      fieldsType: 'FieldsV1' as const,
      fieldsV1: fields,
    });
    const { update, old } = plant('v1', 'ConfigMap', { trackUpdate: () => [entry()] });
    time = '2026-01-01T00:00:05Z';
    expect(update((current) => ({ ...current }))).toBe(old);
    fields = { 'f:data': {} };
    expect(update((current) => ({ ...current })).metadata.resourceVersion).toBe('202');
  });

  it('of a dry run shows the result and keeps the present', () => {
    const { update, old, registry, resource, namespace } = plant();
    const object = update(changed({}, { data: { a: 'b' } }), { dryRun: true });
    expect([object.data, object.metadata.resourceVersion]).toEqual([{ a: 'b' }, '201']);
    expect(registry.get(resource, namespace, 'a')).toBe(old);
  });

  it('of a missing object creates it only as an upsert', () => {
    const { registry, resource } = plant();
    const draft = () => ({ metadata: { name: 'b' } });
    const status = refusalOf(() => registry.update(resource, 'n', 'b', draft, BY_USER));
    expect([status.code, status.message]).toEqual([404, 'configmaps "b" not found']);
    const { object, created } = registry.update(resource, 'n', 'b', draft, { ...BY_USER, upsert: true });
    expect([object.metadata.name, created]).toEqual(['b', true]);
  });

  it('of server-side apply brings its own managed fields', () => {
    const { update } = plant('v1', 'ConfigMap', {
      trackUpdate: ({ old }: { old: unknown }) => {
        if (old !== undefined) throw new Error('tracked');
        return [];
      },
    });
    expect(update(changed({}, { data: { a: 'b' } }), { applied: true }).data).toEqual({ a: 'b' });
  });
});

const REFUSED: readonly (readonly [what: string, metadata: object, code: number, message: string])[] = [
  [
    'from an older version',
    { resourceVersion: '7' },
    409,
    'Operation cannot be fulfilled on configmaps "a": the object has been modified; please apply your changes to the latest version and try again',
  ],
  [
    'with a version that is no number',
    { resourceVersion: 'abc' },
    500,
    'strconv.ParseUint: parsing "abc": invalid syntax',
  ],
  [
    'without a name',
    { name: '' },
    400,
    'the name of the object (a based on URL) was undeterminable: name must be provided',
  ],
  [
    'of another name',
    { name: 'zz' },
    400,
    'the name of the object (zz) does not match the name on the URL (a)',
  ],
  [
    'of another namespace',
    { namespace: 'other' },
    400,
    'the namespace of the provided object does not match the namespace sent on the request',
  ],
];

describe('the server refuses an update', () => {
  it.each(REFUSED)('%s', (_what, metadata, code, message) => {
    const { update, registry } = plant();
    const status = refusalOf(() => update(changed(metadata, { data: { a: 'b' } })));
    expect([status.code, status.message]).toEqual([code, message]);
    expect(registry.version()).toBe(201);
  });

  it('meant for an earlier object of the name', () => {
    const { update, old } = plant();
    expect(refusalOf(() => update(changed({ uid: 'nope' }))).message).toBe(
      `Operation cannot be fulfilled on configmaps "a": StorageError: invalid object, Code: 4, Key: /registry/configmaps/n/a, ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: UID in precondition: nope, UID in object meta: ${old.metadata.uid}`,
    );
  });

  it.each([
    ['deletionTimestamp', '2020-01-01T00:00:00Z'],
    ['deletionGracePeriodSeconds', 5],
  ])('that sets %s itself', (field, value) => {
    const { update } = plant();
    const { details } = refusalOf(() => update(changed({ [field]: value })));
    const cause = {
      reason: 'FieldValueInvalid',
      message: `Invalid value: ${JSON.stringify(value)}: field is immutable`,
      field: `metadata.${field}`,
    };
    expect(details?.causes).toEqual([cause, cause]);
  });

  it('that is to create what has another uid, and does not mind its version', () => {
    const { registry, resource } = plant();
    const put = (metadata: object) =>
      registry.update(resource, 'n', 'b', () => ({ metadata: { name: 'b', ...metadata } }), {
        ...BY_USER,
        upsert: true,
      });
    expect(refusalOf(() => put({ uid: 'u' })).message).toMatch(
      /Key: \/registry\/configmaps\/n\/b, .* UID in precondition: u, UID in object meta: $/,
    );
    expect(put({ resourceVersion: '5' }).created).toBe(true);
  });

  it('with a new finalizer while it is being deleted', () => {
    const { update, registry, resource } = plant();
    update(changed({ finalizers: ['a.b/c'] }));
    registry.delete(resource, 'n', 'a', {}, BY_USER);
    const status = refusalOf(() => update(changed({ finalizers: ['a.b/c', 'd.e/f'] })));
    expect([status.code, status.message]).toEqual([
      422,
      'ConfigMap "a" is invalid: metadata.finalizers: Forbidden: no new finalizers can be added if the object is being deleted, found new finalizers []string{"d.e/f"}',
    ]);
  });
});

describe('a part', () => {
  const spec = { nodeName: 'n1', containers: [], ephemeralContainers: [{ name: 'e' }], other: 1 };

  it('status is not written with the main resource', () => {
    const { update, old } = plant('v1', 'Pod');
    expect(update(changed({}, { status: { phase: 'Running' } }))).toBe(old);
  });

  it('status is written alone', () => {
    const { update } = plant('v1', 'Pod');
    const object = update(changed({ labels: {} }, { spec, status: { phase: 'Running' } }), {
      subresource: 'status',
    });
    expect(object).toMatchObject({ status: { phase: 'Running' } });
    expect(object).not.toHaveProperty('spec');
    expect(object.metadata.generation).toBe(1);
  });

  it('status written by the world itself skips what is there for clients', () => {
    const refuse = () => [{ reason: 'x', message: 'refused' }];
    const steps = {
      validateObject: (_r: unknown, _o: unknown, old: unknown) => (old === undefined ? [] : refuse()),
    };
    const { update, old } = plant('v1', 'Pod', steps);
    const context = { subresource: 'status', internal: true };
    const wanted = changed({}, { spec, status: { phase: 'Running' } });
    expect(refusalOf(() => update(wanted, { subresource: 'status' })).code).toBe(422);
    const object = update(wanted, context);
    expect(object).toMatchObject({ status: { phase: 'Running' }, metadata: { resourceVersion: '202' } });
    expect(object.spec).toBe(old.spec);
    expect(update(changed({}, { status: { phase: 'Running' } }), context)).toBe(object);
  });

  it('binding sets the node and its condition, and no generation', () => {
    const refuse = {
      validateObject: (_r: unknown, _o: unknown, old: unknown) =>
        old === undefined ? [] : [{ reason: 'x', message: 'immutable' }],
    };
    const { update } = plant('v1', 'Pod', refuse);
    const status = { phase: 'Pending', conditions: [{ type: 'PodScheduled', status: 'True' }] };
    const object = update(changed({}, { spec, status }), { subresource: 'binding' });
    expect(object.spec).toEqual({ nodeName: 'n1' });
    expect([object.status, object.metadata.generation]).toEqual([status, 1]);
  });

  it('resize changes what containers ask for and nothing else', () => {
    const containers = [{ name: 'c', image: 'i' }, { name: 'd' }];
    const { update } = plant('v1', 'Pod', {}, { spec: { containers } });
    const resources = { requests: { cpu: '1' } };
    const wanted = [{ name: 'c', image: 'other', resources }, { name: 'new' }];
    const object = update(changed({}, { spec: { containers: wanted, hostname: 'h' } }), {
      subresource: 'resize',
    });
    expect(object.spec).toEqual({ containers: [{ name: 'c', image: 'i', resources }, { name: 'd' }] });
  });

  it('status of a pod keeps the class of its quality of service', () => {
    const admit = ({ object, operation }: AdmissionRequest) =>
      operation === 'create' ? { ...object, status: { phase: 'Pending', qosClass: 'Burstable' } } : object;
    const { update } = plant('v1', 'Pod', { admit });
    const object = update(changed({}, { status: { phase: 'Running' } }), { subresource: 'status' });
    expect(object.status).toEqual({ phase: 'Running', qosClass: 'Burstable' });
  });

  it('ephemeralcontainers adds those alone', () => {
    const { update } = plant('v1', 'Pod', {}, { spec: { containers: [{ name: 'c' }] } });
    const object = update(changed({}, { spec }), { subresource: 'ephemeralcontainers' });
    expect(object.spec).toEqual({ containers: [{ name: 'c' }], ephemeralContainers: [{ name: 'e' }] });
    expect(object.metadata.generation).toBe(2);
  });

  it('finalize alone frees a namespace of its finalizer', () => {
    const { update, registry, resource } = plant('v1', 'Namespace');
    expect(update(changed({}, { spec: {} })).spec).toEqual({ finalizers: ['kubernetes'] });
    const { object, gone } = registry.delete(resource, undefined, 'a', {}, BY_USER);
    expect([gone, object.status, object.metadata.deletionTimestamp]).toEqual([
      false,
      { phase: 'Terminating' },
      '2026-01-01T00:00:00Z',
    ]);
    expect(registry.delete(resource, undefined, 'a', {}, BY_USER).gone).toBe(false);
    update(changed({}, { spec: { finalizers: [] } }), { subresource: 'finalize' });
    expect(registry.find(resource, undefined, 'a')).toBeUndefined();
  });
});
