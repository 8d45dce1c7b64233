// Discovery in both forms, with groups that cannot be read and answers of any shape.
import { describe, expect, it } from 'vitest';
import type { KindInfo } from '../../../shared/ipc.ts';
import { isBuiltIn } from '../../../src-main/kube/built-in-groups.ts';
import { discoverKinds } from '../../../src-main/kube/discovery.ts';
import { clientOf, errorOf, sendJson, startServer, statusOf } from './scripted-server.ts';
import type { Answer } from './scripted-server.ts';

const CRDS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
const resource = (name: string, kind: string, scope = 'Namespaced') => ({
  resource: name,
  responseKind: { group: '', version: '', kind },
  scope,
  verbs: ['list', 'watch'],
  shortNames: ['x'],
  subresources: [{ subresource: 'status' }],
});
const group = (name: string, ...versions: object[]) => ({ metadata: { name }, versions });
const version = (name: string, resources: object[], freshness = 'Current') => ({
  version: name,
  resources,
  freshness,
});
const aggregated = (...items: object[]) => ({
  kind: 'APIGroupDiscoveryList',
  apiVersion: 'apidiscovery.k8s.io/v2',
  items,
});

interface Refusal {
  readonly refusal: number;
}
const refusal = (code: number): Refusal => ({ ...statusOf(code, 'Reason', 'no'), refusal: code });

/** Answers by path; what is missing is 404. */
const serve =
  (paths: Record<string, object | Refusal>): Answer =>
  ({ path }, response) => {
    const found = paths[path];
    if (found === undefined) sendJson(response, statusOf(404, 'NotFound', 'not found'), 404);
    else if ('refusal' in found) sendJson(response, found, found.refusal);
    else sendJson(response, found);
  };

const short = (kinds: readonly KindInfo[]) =>
  kinds.map(
    (each) => `${each.resource}.${each.version}.${each.group} ${each.kind} ${each.custom ? 'custom' : 'own'}`,
  );

const AGGREGATED = {
  '/api': aggregated(
    group('', version('v1', [resource('pods', 'Pod'), resource('nodes', 'Node', 'Cluster')])),
  ),
  '/apis': aggregated(
    group(
      'autoscaling',
      version('v2', [resource('scalers', 'Scaler')]),
      version('v1', [resource('scalers', 'Scaler'), resource('old', 'Old')]),
    ),
    group('example.com', version('v1', [resource('widgets', 'Widget')])),
    group('metrics.k8s.io', version('v1beta1', [], 'Stale')),
  ),
};
const LEGACY = {
  '/api': { kind: 'APIVersions', versions: ['v1'] },
  '/api/v1': {
    resources: [
      { name: 'pods', kind: 'Pod', namespaced: true, verbs: ['list', 'watch'], shortNames: ['x'] },
      { name: 'pods/log', kind: 'Pod', namespaced: true, verbs: ['get'] },
      { name: 'nodes', kind: 'Node', namespaced: false, verbs: ['list', 'watch'], shortNames: ['x'] },
    ],
  },
  '/apis': {
    kind: 'APIGroupList',
    groups: [
      {
        name: 'autoscaling',
        preferredVersion: { version: 'v2' },
        versions: [{ version: 'v1' }, { version: 'v2' }],
      },
      { name: 'example.com', preferredVersion: { version: 'v1' }, versions: [{ version: 'v1' }] },
      {
        name: 'metrics.k8s.io',
        preferredVersion: { version: 'v1beta1' },
        versions: [{ version: 'v1beta1' }],
      },
    ],
  },
  '/apis/autoscaling/v1': {
    resources: [
      { name: 'scalers', kind: 'Scaler', namespaced: true, verbs: ['list', 'watch'], shortNames: ['x'] },
      { name: 'old', kind: 'Old', namespaced: true, verbs: ['list', 'watch'], shortNames: ['x'] },
    ],
  },
  '/apis/autoscaling/v2': {
    resources: [
      { name: 'scalers', kind: 'Scaler', namespaced: true, verbs: ['list', 'watch'], shortNames: ['x'] },
    ],
  },
  '/apis/example.com/v1': {
    resources: [
      { name: 'widgets', kind: 'Widget', namespaced: true, verbs: ['list', 'watch'], shortNames: ['x'] },
    ],
  },
  '/apis/metrics.k8s.io/v1beta1': refusal(503),
};

describe('discoverKinds', () => {
  it.each([
    ['one answer per root', AGGREGATED],
    ['one answer per group and version', LEGACY],
  ])('reads %s', async (_what, paths) => {
    const { url, asked } = await startServer(
      serve({ ...paths, [CRDS]: { items: [{ metadata: { name: 'widgets.example.com' } }] } }),
    );
    const { kinds, problems } = await discoverKinds(clientOf(url));
    expect(short(kinds)).toEqual([
      'nodes.v1. Node own',
      'pods.v1. Pod own',
      'old.v1.autoscaling Old own',
      'scalers.v2.autoscaling Scaler own',
      'widgets.v1.example.com Widget custom',
    ]);
    expect(kinds[1]).toEqual({
      group: '',
      version: 'v1',
      resource: 'pods',
      kind: 'Pod',
      namespaced: true,
      verbs: ['list', 'watch'],
      shortNames: ['x'],
      custom: false,
    });
    expect(kinds[0]?.namespaced).toBe(false);
    expect(problems).toMatchObject([
      { code: 'server-error', details: { group: 'metrics.k8s.io', version: 'v1beta1' } },
    ]);
    expect(problems[0]?.hint).toContain('v1beta1.metrics.k8s.io');
    expect(asked[0]?.headers.accept).toContain('as=APIGroupDiscoveryList');
  });

  it('tells custom kinds by their group where the definitions may not be listed', async () => {
    const { url } = await startServer(serve({ ...AGGREGATED, [CRDS]: refusal(403) }));
    const { kinds } = await discoverKinds(clientOf(url));
    expect(kinds.filter((each) => each.custom).map((each) => each.kind)).toEqual(['Widget']);
  });

  it('fails where the server answers nothing of use', async () => {
    const { url } = await startServer(serve({ '/api': refusal(401), [CRDS]: {} }));
    expect((await errorOf(discoverKinds(clientOf(url)))).code).toMatch(/unauthorized|not-found/);
  });

  it.each([
    [
      {
        kind: 'APIGroupDiscoveryList',
        items: [7, { versions: [null, { resources: [{}, { resource: 7 }] }] }],
      },
    ],
    [{ groups: [null, {}] }],
    [[]],
    [null],
  ])('takes an answer of any shape: %j', async (answer) => {
    const { url } = await startServer((_asked, response) => {
      sendJson(response, answer);
    });
    expect((await discoverKinds(clientOf(url))).kinds).toEqual([]);
  });
});

it.each([
  ['', true],
  ['apps', true],
  ['metrics.k8s.io', true],
  ['gateway.networking.k8s.io', false],
  ['cert-manager.io', false],
  ['constructor', false],
])('the group %j is built in: %s', (name, expected) => {
  expect(isBuiltIn(name)).toBe(expected);
});
