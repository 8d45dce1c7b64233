// Bodies of writes: what the real server refuses, warns of and makes of them, case by case.
import { describe, expect, test } from 'vitest';
import type { DraftObject, Resource } from '../../../../src-main/demo/model.ts';
import { decodeObject } from '../../../../src-main/demo/schema/decode.ts';
import { StatusError } from '../../../../src-main/demo/status-error.ts';
import { CONFIG_MAP, DEPLOYMENT, POD, SECRET, SERVICE } from './resources.ts';

type Body = Record<string, unknown>;

function deployment(spec: Body = {}, rest: Body = {}): DraftObject {
  const template = { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'c', image: 'i' }] } };
  const full = { replicas: 1, selector: { matchLabels: { a: 'b' } }, template, ...spec };
  return { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'x' }, spec: full, ...rest };
}

function pod(container: Body = {}, spec: Body = {}): DraftObject {
  const containers = [{ name: 'c', image: 'i', ...container }];
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'x' }, spec: { containers, ...spec } };
}

function withMetadata(metadata: Body): DraftObject {
  return { ...pod(), metadata: { name: 'x', ...metadata } };
}

function secret(data: unknown): DraftObject {
  return { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'x' }, data };
}

function refusal(resource: Resource, body: DraftObject): string {
  try {
    decodeObject(resource, body, 'Strict');
  } catch (error) {
    if (!(error instanceof StatusError)) throw error;
    expect(error.status).toMatchObject({ code: 400, reason: 'BadRequest' });
    return error.message;
  }
  throw new Error('nothing was refused');
}

const QUANTITY =
  "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";
const go = (found: string, field: string, type: string): string =>
  `json: cannot unmarshal ${found} into Go struct field ${field} of type ${type}`;

const REFUSED: readonly (readonly [string, Resource, DraftObject, string])[] = [
  [
    'a text for a number',
    DEPLOYMENT,
    deployment({ replicas: '3' }),
    go('string', 'DeploymentSpec.spec.replicas', 'int32'),
  ],
  [
    'a fraction',
    DEPLOYMENT,
    deployment({ replicas: 1.5 }),
    go('number 1.5', 'DeploymentSpec.spec.replicas', 'int32'),
  ],
  [
    'a number out of range',
    DEPLOYMENT,
    deployment({ replicas: 7777777777777777 }),
    go('number 7777777777777777', 'DeploymentSpec.spec.replicas', 'int32'),
  ],
  [
    'a text for an object',
    DEPLOYMENT,
    deployment({}, { spec: 'x' }),
    go('string', 'Deployment.spec', 'v1.DeploymentSpec'),
  ],
  [
    'the first of two',
    DEPLOYMENT,
    deployment({ replicas: 'x', paused: 'y' }),
    go('string', 'DeploymentSpec.spec.replicas', 'int32'),
  ],
  [
    'a wrong type before an unknown field',
    DEPLOYMENT,
    deployment({ replicas: 'x', foo: 1 }),
    go('string', 'DeploymentSpec.spec.replicas', 'int32'),
  ],
  [
    'an object for a list',
    POD,
    pod({}, { containers: {} }),
    go('object', 'PodSpec.spec.containers', '[]v1.Container'),
  ],
  [
    'a text as an item',
    POD,
    pod({}, { containers: ['x'] }),
    go('string', 'PodSpec.spec.containers', 'v1.Container'),
  ],
  [
    'a number for a named type',
    POD,
    pod({ imagePullPolicy: 3 }),
    go('number', 'Container.spec.containers.imagePullPolicy', 'v1.PullPolicy'),
  ],
  [
    'a number as a label',
    POD,
    withMetadata({ labels: { a: 1 } }),
    go('number', 'ObjectMeta.metadata.labels', 'string'),
  ],
  [
    'a list of labels',
    POD,
    withMetadata({ labels: ['a'] }),
    go('array', 'ObjectMeta.metadata.labels', 'map[string]string'),
  ],
  ['a quantity of letters', POD, pod({ resources: { requests: { cpu: 'abc' } } }), QUANTITY],
  ['a quantity with a wrong suffix', POD, pod({ resources: { requests: { cpu: '1Kx' } } }), QUANTITY],
  ['a boolean quantity', POD, pod({ resources: { requests: { cpu: true } } }), QUANTITY],
  [
    'a boolean port, within an embedded struct',
    POD,
    pod({ livenessProbe: { httpGet: { port: true } } }),
    go('bool', 'HTTPGetAction.spec.containers.livenessProbe.ProbeHandler.httpGet.port', 'int32'),
  ],
  [
    'no time',
    POD,
    withMetadata({ deletionTimestamp: 'foo' }),
    'parsing time "foo" as "2006-01-02T15:04:05Z07:00": cannot parse "foo" as "2006"',
  ],
  [
    'a date alone',
    POD,
    withMetadata({ deletionTimestamp: '2020-01-01' }),
    'parsing time "2020-01-01" as "2006-01-02T15:04:05Z07:00": cannot parse "" as "T"',
  ],
  [
    'a number as a time',
    POD,
    withMetadata({ deletionTimestamp: 5 }),
    go('number', 'ObjectMeta.metadata.deletionTimestamp', 'string'),
  ],
  ['no base64', SECRET, secret({ a: '!!!' }), 'illegal base64 data at input byte 0'],
  ['base64 without its end', SECRET, secret({ a: 'YWJ' }), 'illegal base64 data at input byte 0'],
  ['a number as bytes', SECRET, secret({ a: 5 }), go('number', 'Secret.data', '[]uint8')],
  [
    'a field in another case',
    DEPLOYMENT,
    deployment({ Replicas: 3 }),
    'strict decoding error: unknown field "spec.Replicas"',
  ],
];

describe('a body', () => {
  test.each(REFUSED)('with %s is refused', (_what, resource, body, message) => {
    const { kind } = resource;
    expect(refusal(resource, body)).toBe(
      `${kind} in version "v1" cannot be handled as a ${kind}: ${message}`,
    );
  });

  const unknown = deployment(
    { template: { spec: { containers: [{ name: 'c', bar: 2 }] } }, foo: 1 },
    { zzz: 1 },
  );
  const fields = ['spec.template.spec.containers[0].bar', 'spec.foo', 'zzz'].map(
    (path) => `unknown field "${path}"`,
  );

  test('with unknown fields is refused when strict, with all of them in order', () => {
    expect(refusal(DEPLOYMENT, unknown)).toBe(
      `Deployment in version "v1" cannot be handled as a Deployment: strict decoding error: ${fields.join(', ')}`,
    );
  });

  test('with unknown fields gives warnings, or none, and loses them', () => {
    const warned = decodeObject(DEPLOYMENT, unknown, 'Warn');
    expect(warned.warnings).toEqual(fields);
    const ignored = decodeObject(DEPLOYMENT, unknown, 'Ignore');
    expect(ignored).toEqual({ object: warned.object, warnings: [] });
    expect(JSON.stringify(ignored.object)).not.toMatch(/bar|foo|zzz/);
  });
});

describe('what is left of a body', () => {
  const specOf = (body: DraftObject, resource: Resource = POD): unknown =>
    decodeObject(resource, body, 'Strict').object.spec;

  test('has no zero values that Go leaves out, and all that it writes', () => {
    const container = {
      env: [{ name: 'A', value: '' }],
      args: [],
      stdin: false,
      securityContext: {},
      tty: true,
    };
    expect(
      specOf(pod(container, { hostNetwork: false, nodeSelector: {}, priority: 0, hostname: '' })),
    ).toEqual({
      containers: [
        { name: 'c', image: 'i', env: [{ name: 'A' }], securityContext: {}, tty: true, resources: {} },
      ],
      priority: 0,
    });
  });

  test('has quantities, times and bytes in one spelling', () => {
    const requests = { cpu: 1.5, memory: '1024Mi', pods: '1e3', 'ephemeral-storage': '0.5Gi' };
    expect(specOf(pod({ resources: { requests } }))).toMatchObject({
      containers: [
        {
          resources: { requests: { cpu: '1500m', memory: '1Gi', pods: '1e3', 'ephemeral-storage': '512Mi' } },
        },
      ],
    });
    const deleted = withMetadata({ deletionTimestamp: '2020-01-01T02:00:00.5+02:00' });
    expect(decodeObject(POD, deleted, 'Strict').object.metadata?.deletionTimestamp).toBe(
      '2020-01-01T00:00:00Z',
    );
    expect(decodeObject(SECRET, secret({ a: 'YWJj\nZGVm' }), 'Strict').object.data).toEqual({
      a: 'YWJjZGVm',
    });
  });

  test('has zero items for null ones, and no null fields', () => {
    expect(specOf(pod({}, { containers: [null], volumes: null }))).toEqual({
      containers: [{ name: '', resources: {} }],
    });
    expect(
      decodeObject(POD, withMetadata({ labels: { a: null } }), 'Strict').object.metadata?.labels,
    ).toEqual({
      a: '',
    });
  });

  test('has ports as they were given, by number or by name', () => {
    const ports = [
      { port: 80, targetPort: 'http' },
      { port: 81, targetPort: 8081 },
    ];
    const service = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'x' }, spec: { ports } };
    expect(specOf(service, SERVICE)).toMatchObject({ ports });
  });

  test('has hostile names as mere names', () => {
    const body = JSON.parse(
      '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"x","__proto__":{"a":1}},"data":{"__proto__":"y","constructor":"z"},"__proto__":{"polluted":1}}',
    ) as DraftObject;
    const { object, warnings } = decodeObject(CONFIG_MAP, body, 'Warn');
    expect(warnings).toEqual(['unknown field "metadata.__proto__"', 'unknown field "__proto__"']);
    expect(Object.entries(object.data as object)).toEqual([
      ['__proto__', 'y'],
      ['constructor', 'z'],
    ]);
    expect(object).not.toHaveProperty('polluted');
  });

  test('is a new object, and the body stays as it was', () => {
    const body = Object.freeze({ ...pod({ args: [] }), metadata: Object.freeze({ name: 'x', labels: {} }) });
    const before = JSON.stringify(body);
    const once = decodeObject(POD, body, 'Strict').object;
    expect(JSON.stringify(body)).toBe(before);
    expect(decodeObject(POD, once, 'Strict').object).toEqual(once);
  });
});
