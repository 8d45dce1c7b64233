/** Creating objects: identity, what a client cannot set, refusals in the server's words and order. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DraftObject } from '../../../../src-main/demo/model.ts';
import { PIPELINE } from '../../../../src-main/demo/pipeline.ts';
import type { AdmissionRequest } from '../../../../src-main/demo/registry/pipeline.ts';
import { notFound } from '../../../../src-main/demo/status-error.ts';
import { BY_USER, BY_WORLD, makeTestWorld, recordWatch, refusalOf } from './world.ts';

const CONFIG = ['v1', 'ConfigMap'] as const;

describe('a new object', () => {
  it('gets its identity from the server, whatever the client sent', () => {
    const { registry, kind } = makeTestWorld();
    const metadata = {
      name: 'a',
      uid: 'mine',
      creationTimestamp: '2020-01-01T00:00:00Z',
      deletionTimestamp: '2020-01-01T00:00:00Z',
      deletionGracePeriodSeconds: 5,
      selfLink: '/x',
      labels: {},
      finalizers: [],
    };
    const object = registry.create(kind(...CONFIG), 'n', { metadata, data: { a: 'b' } }, BY_USER);
    expect(object).toEqual({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: {
        name: 'a',
        namespace: 'n',
        uid: expect.stringMatching(
          /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
        ) as string,
        resourceVersion: '201',
        creationTimestamp: '2026-01-01T00:00:00Z',
      },
      data: { a: 'b' },
    });
    expect(registry.get(kind(...CONFIG), 'n', 'a')).toBe(object);
  });

  it('without a name gets one from generateName', () => {
    const { registry, kind } = makeTestWorld();
    const create = () =>
      registry.create(kind(...CONFIG), 'n', { metadata: { generateName: 'web-' } }, BY_USER);
    const { metadata } = create();
    expect(metadata.name).toMatch(/^web-[bcdfghjklmnpqrstvwxz2456789]{5}$/);
    expect(metadata.generateName).toBe('web-');
    expect(create().metadata.name).not.toBe(metadata.name);
  });

  it('takes another name where the generated one is taken', () => {
    const { registry, kind } = makeTestWorld();
    const names = new Set<string>();
    // 27 letters in 5 places would hardly meet: a name of 58 letters is cut, and its suffixes are few.
    for (let count = 0; count < 50; count += 1) {
      const draft = { metadata: { generateName: 'x'.repeat(70) } };
      names.add(registry.create(kind(...CONFIG), 'n', draft, BY_USER).metadata.name);
    }
    expect(names.size).toBe(50);
    expect([...names].every((name) => name.length === 63)).toBe(true);
  });

  it('of a dry run has everything but a resourceVersion, and is nowhere', () => {
    const { registry, kind } = makeTestWorld();
    const events = recordWatch(registry, kind(...CONFIG));
    const { metadata } = registry.create(
      kind(...CONFIG),
      'n',
      { metadata: { name: 'a' } },
      { ...BY_USER, dryRun: true },
    );
    expect(Object.keys(metadata).sort()).toEqual(['creationTimestamp', 'name', 'namespace', 'uid']);
    expect(registry.list(kind(...CONFIG))).toEqual([]);
    expect([registry.version(), events.length]).toEqual([200, 0]);
  });

  it('passes decoding, defaults, tracking, admission, validation and review in this order', () => {
    const order: string[] = [];
    const note = (step: string): void => void order.push(step);
    const { registry, kind } = makeTestWorld({
      decodeObject: (_resource, body, fieldValidation) => {
        note(`decode ${fieldValidation}`);
        return { object: { ...body, decoded: true }, warnings: ['unknown field "spec.foo"'] };
      },
      applyDefaults: (_resource, object) => (note('defaults'), { ...object, defaulted: object.decoded }),
      trackUpdate: ({ object, manager }) => {
        note(`track ${manager} ${JSON.stringify([object.defaulted, object.status])}`);
        return [];
      },
      admit: ({ object }) => (note('admit'), { ...object, admitted: object?.defaulted }),
      validateObject: (_resource, object) => (note(`validate ${String(object.admitted)}`), []),
      review: ({ object }) => note(`review ${String(object?.admitted)}`),
    });
    const warnings: string[] = [];
    registry.create(
      kind('apps/v1', 'ReplicaSet'),
      'n',
      { metadata: { name: 'a' }, status: { replicas: 4 } },
      {
        ...BY_USER,
        fieldManager: 'me',
        fieldValidation: 'Warn',
        warn: (text) => warnings.push(text),
      },
    );
    expect(order).toEqual([
      'decode Warn',
      'defaults',
      'track me [true,null]',
      'admit',
      'validate true',
      'review true',
    ]);
    expect(warnings).toEqual(['unknown field "spec.foo"']);
  });

  it('of the world itself has no managed fields', () => {
    const { registry, kind } = makeTestWorld({
      trackUpdate: () => {
        throw new Error('tracked');
      },
    });
    expect(registry.create(kind(...CONFIG), 'n', { metadata: { name: 'a' } }, BY_WORLD).metadata.name).toBe(
      'a',
    );
  });

  it('is shown to admission with the name it will have', () => {
    const requests: AdmissionRequest[] = [];
    const { registry, kind } = makeTestWorld({
      admit: (request) => (requests.push(request), request.object),
    });
    const { metadata } = registry.create(kind(...CONFIG), 'n', { metadata: { generateName: 'a-' } }, BY_USER);
    expect(requests.map(({ name, namespace, operation }) => [name, namespace, operation])).toEqual([
      [metadata.name, 'n', 'create'],
    ]);
  });
});

const REFUSED: readonly (readonly [what: string, draft: DraftObject, code: number, message: string])[] = [
  [
    'with a resourceVersion',
    { metadata: { name: 'a', resourceVersion: '5' } },
    500,
    'resourceVersion should not be set on objects to be created',
  ],
  [
    'of another namespace',
    { metadata: { name: 'a', namespace: 'other' } },
    400,
    'the namespace of the provided object does not match the namespace sent on the request',
  ],
  [
    'without a name',
    { metadata: {} },
    422,
    'ConfigMap "" is invalid: metadata.name: Required value: name or generateName is required',
  ],
  ['that exists', { metadata: { name: 'there' } }, 409, 'configmaps "there" already exists'],
];

describe('the server refuses an object', () => {
  it.each(REFUSED)('%s', (_what, draft, code, message) => {
    const { registry, kind } = makeTestWorld();
    registry.create(kind(...CONFIG), 'n', { metadata: { name: 'there' } }, BY_USER);
    const status = refusalOf(() => registry.create(kind(...CONFIG), 'n', draft, BY_USER));
    expect([status.code, status.message]).toEqual([code, message]);
    expect(registry.version()).toBe(201);
  });

  it('in a namespace that is not there before it looks at the object', () => {
    const { registry, kind } = makeTestWorld({
      admit: ({ namespace = '' }) => {
        throw notFound({ group: '', plural: 'namespaces' }, namespace);
      },
    });
    const status = refusalOf(() => registry.create(kind(...CONFIG), 'nope', { metadata: {} }, BY_USER));
    expect([status.code, status.message]).toEqual([404, 'namespaces "nope" not found']);
  });

  it('with everything that is wrong with it', () => {
    const cause = { reason: 'FieldValueInvalid', message: 'Invalid value: "x": no', field: 'data' };
    const { registry, kind } = makeTestWorld({ validateObject: () => [cause] });
    const { details, message } = refusalOf(() => registry.create(kind(...CONFIG), 'n', {}, BY_USER));
    expect(details?.causes?.map(({ field }) => field)).toEqual(['metadata.name', 'data']);
    expect(message).toMatch(
      /^ConfigMap "" is invalid: \[metadata\.name: .*, data: Invalid value: "x": no\]$/,
    );
  });
});

it('keeps hostile keys as plain data', () => {
  const { registry, kind } = makeTestWorld();
  const draft = JSON.parse(
    '{"metadata":{"name":"a","labels":{"__proto__":"x","constructor":"y"}},"data":{"__proto__":"z"},"__proto__":{"polluted":true}}',
  ) as DraftObject;
  const object = registry.create(kind(...CONFIG), 'n', draft, BY_USER);
  expect(JSON.parse(JSON.stringify(object.metadata.labels))).toEqual(
    JSON.parse('{"__proto__":"x","constructor":"y"}'),
  );
  expect(Object.getPrototypeOf(object)).toBe(Object.prototype);
  expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
  const same = registry.update(kind(...CONFIG), 'n', 'a', () => ({ ...object }), BY_USER);
  expect(same.object).toBe(object);
});

it('refuses what is nested too deep to be followed', () => {
  const { registry, kind } = makeTestWorld();
  const nested = (depth: number): unknown => {
    let value: unknown = {};
    for (let level = 0; level < depth; level += 1) value = { value };
    return value;
  };
  const draft = () => ({ metadata: { name: 'a' }, spec: nested(100_000) });
  registry.create(kind('v1', 'Pod'), 'n', draft(), BY_USER);
  const update = () => registry.update(kind('v1', 'Pod'), 'n', 'a', draft, BY_USER);
  expect(refusalOf(update)).toMatchObject({
    code: 400,
    message: expect.stringMatching(/nested too deeply/) as string,
  });
});

it('answers with an object or a Status whatever is sent', () => {
  const metadata = fc.oneof(
    fc.jsonValue(),
    fc.record(
      {
        name: fc.jsonValue(),
        generateName: fc.jsonValue(),
        namespace: fc.jsonValue(),
        labels: fc.jsonValue(),
        finalizers: fc.jsonValue(),
        resourceVersion: fc.jsonValue(),
        generation: fc.jsonValue(),
      },
      { requiredKeys: [] },
    ),
  );
  const drafts = fc.record({ metadata, spec: fc.jsonValue(), status: fc.jsonValue() }, { requiredKeys: [] });
  fc.assert(
    fc.property(
      drafts,
      fc.constantFrom('v1 Pod', 'v1 Namespace', 'apiextensions.k8s.io/v1 CustomResourceDefinition'),
      (draft, name) => {
        const { registry, kind } = makeTestWorld(PIPELINE);
        const [apiVersion = '', kindName = ''] = name.split(' ');
        const resource = kind(apiVersion, kindName);
        const namespace = resource.namespaced ? 'default' : undefined;
        try {
          const object = registry.create(resource, namespace, draft as DraftObject, BY_USER);
          expect(registry.list(resource)).toHaveLength(1);
          registry.delete(resource, namespace, object.metadata.name, {}, BY_USER);
        } catch (error) {
          expect(error).toMatchObject({ name: 'StatusError' });
        }
      },
    ),
  );
});
