/** Who may do what, why, and how a refusal sounds: as kube-apiserver 1.35.4 answers over the same roles and bindings. */
import { describe, expect, it } from 'vitest';
import type { Caller, DraftObject } from '../../../../src-main/demo/model.ts';
import { authorize, BOOTSTRAP_RBAC, refusal, rulesFor } from '../../../../src-main/demo/rbac/authorize.ts';
import type { Attributes } from '../../../../src-main/demo/rbac/rules.ts';
import { createStubRegistry, type StubRegistry } from '../admission/stub-registry.ts';

const API_VERSION = 'rbac.authorization.k8s.io/v1';
const GROUP = 'rbac.authorization.k8s.io';

function role(name: string, namespace: string | undefined, ...rules: readonly object[]): DraftObject {
  const kind = namespace === undefined ? 'ClusterRole' : 'Role';
  const metadata = namespace === undefined ? { name } : { name, namespace };
  return { apiVersion: API_VERSION, kind, metadata, rules };
}

function binding(
  name: string,
  namespace: string | undefined,
  roleRef: readonly [kind: string, name: string],
  ...subjects: readonly object[]
): DraftObject {
  const kind = namespace === undefined ? 'ClusterRoleBinding' : 'RoleBinding';
  const metadata = namespace === undefined ? { name } : { name, namespace };
  return {
    apiVersion: API_VERSION,
    kind,
    metadata,
    roleRef: { kind: roleRef[0], name: roleRef[1] },
    subjects,
  };
}

const DORA: Caller = { username: 'dora', groups: ['devs', 'system:authenticated'] };
const BOT: Caller = {
  username: 'system:serviceaccount:shop:bot',
  groups: ['system:serviceaccounts', 'system:authenticated'],
};

function registry(): StubRegistry {
  return createStubRegistry([
    ...BOOTSTRAP_RBAC,
    binding('dora-view', 'shop', ['ClusterRole', 'view'], { kind: 'User', name: 'dora' }),
    binding('lost', 'shop', ['Role', 'gone'], { kind: 'Group', name: 'devs' }),
    role('grant', 'shop', { apiGroups: [GROUP], resources: ['roles'], verbs: ['*'] }),
    binding(
      'granter',
      'shop',
      ['Role', 'grant'],
      { kind: 'ServiceAccount', name: 'bot' },
      { kind: 'User', name: 'x' },
    ),
    role('one', 'shop', { apiGroups: [''], resources: ['secrets'], resourceNames: ['tls'], verbs: ['get'] }),
    binding('one', 'shop', ['Role', 'one'], { kind: 'Group', name: 'ops' }),
    role('logs', undefined, {
      apiGroups: ['*'],
      resources: ['*/log', 'pods/exec'],
      verbs: ['get', 'create'],
    }),
    binding('logs', undefined, ['ClusterRole', 'logs'], { kind: 'Group', name: 'ops' }),
  ]);
}

describe('authorize', () => {
  it.each<[Caller, Attributes, string]>([
    [
      DORA,
      { verb: 'list', group: '', resource: 'pods', namespace: 'shop' },
      'RBAC: allowed by RoleBinding "dora-view/shop" of ClusterRole "view" to User "dora"',
    ],
    [
      DORA,
      { verb: 'get', group: '', resource: 'pods', subresource: 'log', name: 'x', namespace: 'shop' },
      'RBAC: allowed by RoleBinding "dora-view/shop" of ClusterRole "view" to User "dora"',
    ],
    [
      DORA,
      { verb: 'get', path: '/api/v1' },
      'RBAC: allowed by ClusterRoleBinding "system:discovery" of ClusterRole "system:discovery" to Group "system:authenticated"',
    ],
    [
      BOT,
      { verb: 'list', group: GROUP, resource: 'roles', namespace: 'shop' },
      'RBAC: allowed by RoleBinding "granter/shop" of Role "grant" to ServiceAccount "bot/shop"',
    ],
    [{ username: 'x', groups: ['system:masters'] }, { verb: 'delete', group: '', resource: 'nodes' }, ''],
  ])('lets through: %#', (caller, attributes, reason) => {
    expect(authorize(registry(), caller, attributes)).toEqual({ allowed: true, reason });
  });

  const LOST = 'RBAC: role.rbac.authorization.k8s.io "gone" not found';

  it.each<[Caller, Attributes, string]>([
    [DORA, { verb: 'list', group: '', resource: 'secrets', namespace: 'shop' }, LOST],
    [{ ...DORA, groups: [] }, { verb: 'list', group: '', resource: 'secrets', namespace: 'shop' }, ''],
    [DORA, { verb: 'list', group: '', resource: 'pods', namespace: 'other' }, ''],
    [DORA, { verb: 'list', group: '', resource: 'pods' }, ''],
    [DORA, { verb: 'create', group: '', resource: 'pods', subresource: 'exec', namespace: 'shop' }, LOST],
    [DORA, { verb: 'get', path: '/metrics' }, ''],
    [BOT, { verb: 'list', group: '', resource: 'roles', namespace: 'shop' }, ''],
  ])('holds back: %#', (caller, attributes, reason) => {
    expect(authorize(registry(), caller, attributes)).toEqual({ allowed: false, reason });
  });

  it('knows names and subresources of any resource', () => {
    const ops: Caller = { username: 'o', groups: ['ops'] };
    const may = (attributes: Attributes): boolean =>
      authorize(registry(), ops, { group: '', ...attributes }).allowed;
    const secret = { verb: 'get', resource: 'secrets', namespace: 'shop' };
    expect([
      may({ ...secret, name: 'tls' }),
      may({ ...secret, name: 'db' }),
      may({ ...secret, verb: 'list' }),
    ]).toEqual([true, false, false]);
    expect(may({ verb: 'get', resource: 'pods', subresource: 'log', namespace: 'any' })).toBe(true);
    expect(may({ verb: 'get', resource: 'pods', namespace: 'any' })).toBe(false);
    expect(may({ verb: 'create', resource: 'pods', subresource: 'exec', namespace: 'any' })).toBe(true);
  });

  it('sees a new binding, a changed role and an aggregated one at once', () => {
    const live = registry();
    const read = { verb: 'get', group: 'x.example.com', resource: 'widgets', namespace: 'shop' };
    expect(authorize(live, DORA, read).allowed).toBe(false);
    const rule = { apiGroups: ['x.example.com'], resources: ['widgets'], verbs: ['get'] };
    const part = role('widgets', undefined, rule);
    live.put({ ...part, metadata: { name: 'widgets', labels: { [`${GROUP}/aggregate-to-view`]: 'true' } } });
    expect(authorize(live, DORA, read).allowed).toBe(true);
    const list = { ...read, verb: 'list' };
    live.put(role('more', 'shop', { ...rule, verbs: ['list'] }));
    live.put(binding('more', 'shop', ['Role', 'more'], { kind: 'User', name: 'dora' }));
    expect(authorize(live, DORA, list).allowed).toBe(true);
    live.put(role('more', 'shop', { ...rule, verbs: ['watch'] }));
    expect(authorize(live, DORA, list).allowed).toBe(false);
  });

  it('survives roles that aggregate each other, and malformed ones', () => {
    const round = (name: string): DraftObject => ({
      ...role(name, undefined),
      metadata: { name, labels: { round: 'yes' } },
      aggregationRule: { clusterRoleSelectors: [{ matchLabels: { round: 'yes' } }] },
    });
    const broken = { ...role('broken', undefined), rules: [null, 'x', { verbs: 'get', resources: 5 }] };
    const live = createStubRegistry([
      round('a'),
      round('b'),
      broken,
      binding('a', undefined, ['ClusterRole', 'a'], { kind: 'User', name: 'dora' }),
      binding('b', undefined, ['ClusterRole', 'broken'], { kind: 'User', name: 'dora' }, { kind: 5 }),
    ]);
    expect(authorize(live, DORA, { verb: 'get', group: '', resource: 'pods' }).allowed).toBe(false);
  });
});

describe('refusal', () => {
  it.each<[Attributes, string]>([
    [
      { verb: 'list', group: '', resource: 'nodes' },
      'User "dora" cannot list resource "nodes" in API group "" at the cluster scope',
    ],
    [
      { verb: 'list', group: '', resource: 'secrets', namespace: 'shop' },
      'User "dora" cannot list resource "secrets" in API group "" in the namespace "shop"',
    ],
    [
      { verb: 'create', group: '', resource: 'pods', subresource: 'exec', name: 'x', namespace: 'shop' },
      'User "dora" cannot create resource "pods/exec" in API group "" in the namespace "shop"',
    ],
    [
      { verb: 'list', group: 'apps', resource: 'deployments' },
      'User "dora" cannot list resource "deployments" in API group "apps" at the cluster scope',
    ],
    [{ verb: 'get', path: '/metrics' }, 'User "dora" cannot get path "/metrics"'],
  ])('says what: %#', (attributes, words) => {
    expect(refusal(DORA, attributes)).toBe(words);
  });

  it('ends with the reason, and carries no HTML', () => {
    const reason = 'RBAC: role.rbac.authorization.k8s.io "gone" not found';
    expect(refusal({ username: '<b>', groups: [] }, { verb: 'get', path: '/a&b' }, reason)).toBe(
      `User "&lt;b&gt;" cannot get path "/a&amp;b": ${reason}`,
    );
  });
});

describe('rulesFor', () => {
  it('lists what the caller holds, cluster-wide first', () => {
    const { resourceRules, nonResourceRules } = rulesFor(registry(), BOT, 'shop');
    expect(resourceRules).toEqual([
      {
        verbs: ['create'],
        apiGroups: ['authorization.k8s.io'],
        resources: ['selfsubjectaccessreviews', 'selfsubjectrulesreviews'],
      },
      { verbs: ['create'], apiGroups: ['authentication.k8s.io'], resources: ['selfsubjectreviews'] },
      { verbs: ['*'], apiGroups: [GROUP], resources: ['roles'] },
    ]);
    expect(nonResourceRules.length).toBeGreaterThan(1);
  });

  it('gives an administrator everything', () => {
    const { resourceRules, nonResourceRules } = rulesFor(
      registry(),
      { username: 'root', groups: ['system:masters'] },
      'shop',
    );
    expect(resourceRules).toEqual([{ verbs: ['*'], apiGroups: ['*'], resources: ['*'] }]);
    expect(nonResourceRules).toEqual([{ verbs: ['*'], nonResourceURLs: ['*'] }]);
  });
});
