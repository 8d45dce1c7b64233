/** Nobody grants what they do not hold: roles and bindings are refused in the words of kube-apiserver 1.35.4. */
import { describe, expect, it } from 'vitest';
import type { Caller, DraftObject } from '../../../../src-main/demo/model.ts';
import { BOOTSTRAP_RBAC } from '../../../../src-main/demo/rbac/authorize.ts';
import { createStubRegistry, namespaceObjects, type StubRegistry } from '../admission/stub-registry.ts';
import { messageOf, NAMESPACE, prepare } from '../admission/write-path.ts';

const API_VERSION = 'rbac.authorization.k8s.io/v1';
const DORA: Caller = { username: 'dora', groups: ['system:authenticated', 'devs'] };

function binding(name: string, role: string): DraftObject {
  return {
    apiVersion: API_VERSION,
    kind: 'RoleBinding',
    metadata: { name, namespace: NAMESPACE },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: role },
    subjects: [{ kind: 'User', apiGroup: 'rbac.authorization.k8s.io', name: 'dora' }],
  };
}

function role(...rules: readonly object[]): DraftObject {
  return { apiVersion: API_VERSION, kind: 'Role', metadata: { name: 'more', namespace: NAMESPACE }, rules };
}

const PODS = { apiGroups: [''], resources: ['pods'], verbs: ['get', 'list'] };
const SECRETS = { apiGroups: [''], resources: ['secrets'], verbs: ['get', 'delete'] };

/** A world where dora may look at things. */
function world(...objects: readonly DraftObject[]): StubRegistry {
  return createStubRegistry([
    ...namespaceObjects(NAMESPACE),
    ...BOOTSTRAP_RBAC,
    binding('viewer', 'view'),
    ...objects,
  ]);
}

function write(manifest: DraftObject, registry = world(), caller = DORA): string {
  return prepare(registry, manifest, undefined, { caller }).object.metadata.name;
}

const WHO =
  'user "dora" (groups=["system:authenticated" "devs"]) is attempting to grant RBAC permissions not currently held:';

describe('a role', () => {
  it('may hold what its author holds', () => {
    expect(write(role(PODS))).toBe('more');
  });

  it('is refused for more, by resource', () => {
    expect(
      messageOf(() => write(role(PODS, SECRETS, { nonResourceURLs: ['/metrics'], verbs: ['get'] }))),
    ).toBe(
      `roles.rbac.authorization.k8s.io "more" is forbidden: ${WHO}\n{APIGroups:[""], Resources:["secrets"], Verbs:["get" "delete"]}\n{NonResourceURLs:["/metrics"], Verbs:["get"]}`,
    );
  });

  it('may hold anything for an administrator, and for one who may escalate', () => {
    expect(write(role(SECRETS), world(), { username: 'x', groups: ['system:masters'] })).toBe('more');
    const rule = { apiGroups: ['rbac.authorization.k8s.io'], resources: ['roles'], verbs: ['escalate'] };
    const may = { apiVersion: API_VERSION, kind: 'ClusterRole', metadata: { name: 'may' }, rules: [rule] };
    expect(write(role(SECRETS), world(may, binding('may', 'may')))).toBe('more');
  });

  it('aggregates only for an administrator', () => {
    const metadata = { name: 'all' };
    const aggregationRule = { clusterRoleSelectors: [{ matchLabels: { a: 'b' } }] };
    expect(
      messageOf(() => write({ apiVersion: API_VERSION, kind: 'ClusterRole', metadata, aggregationRule })),
    ).toBe(
      'clusterroles.rbac.authorization.k8s.io "all" is forbidden: must have cluster-admin privileges to use the aggregationRule',
    );
  });
});

describe('a binding', () => {
  it('may bind what its author holds', () => {
    expect(write(binding('more', 'view'))).toBe('more');
  });

  it('is refused for a stronger role', () => {
    expect(messageOf(() => write(binding('more', 'system:aggregate-to-admin')))).toContain(
      `rolebindings.rbac.authorization.k8s.io "more" is forbidden: ${WHO}\n{APIGroups:["authorization.k8s.io"], Resources:["localsubjectaccessreviews"], Verbs:["create"]}`,
    );
  });

  it('is refused for a role that is missing', () => {
    expect(messageOf(() => write(binding('more', 'nope')))).toBe(
      'rolebindings.rbac.authorization.k8s.io "nope" not found',
    );
  });

  it('may change in what grants nothing', () => {
    const registry = world();
    const old = registry.put({ ...binding('strong', 'cluster-admin') });
    const labelled = { ...old, metadata: { ...old.metadata, labels: { a: 'b' } } };
    expect(prepare(registry, labelled, old, { caller: DORA }).object.metadata.labels).toEqual({ a: 'b' });
  });
});
