/** Bindings walked for a ServiceAccount or user. */
import { describe, expect, it } from 'vitest';
import {
  grantsOf,
  judge,
  serviceAccountCaller,
  serviceAccountOf,
  type RbacObjects,
} from '../../../shared/rbac/grants.ts';

const rules = (...verbs: string[]) => [{ verbs, apiGroups: [''], resources: ['pods'] }];
const role = (name: string, namespace: string | undefined, ...verbs: string[]) => ({
  metadata: { name, namespace },
  rules: rules(...verbs),
});
const binding = (name: string, namespace: string | undefined, kind: string, to: string, subject: object) => ({
  metadata: { name, namespace },
  roleRef: { kind, name: to },
  subjects: [subject],
});
const account = (name: string, namespace?: string) => ({ kind: 'ServiceAccount', name, namespace });
const group = (name: string) => ({ kind: 'Group', name });

const WORLD: RbacObjects = {
  clusterRoles: [role('reader', undefined, 'get', 'list'), role('watcher', undefined, 'watch')],
  roles: [role('patcher', 'shop', 'patch'), role('reader', 'shop', 'delete')],
  clusterRoleBindings: [
    binding('all', undefined, 'ClusterRole', 'watcher', group('system:authenticated')),
    binding('homeless', undefined, 'ClusterRole', 'reader', account('web')),
    binding('gone', undefined, 'ClusterRole', 'lost', group('system:serviceaccounts')),
    binding('a-role', undefined, 'Role', 'patcher', group('system:authenticated')),
  ],
  roleBindings: [
    binding('web-reads', 'shop', 'ClusterRole', 'reader', account('web')),
    binding('web-patches', 'shop', 'Role', 'patcher', account('web', 'shop')),
    binding('guests', 'bank', 'ClusterRole', 'reader', group('system:serviceaccounts:shop')),
    binding('other', 'bank', 'Role', 'patcher', account('web', 'shop')),
  ],
};

describe('grantsOf and judge', () => {
  const grants = grantsOf(WORLD, serviceAccountCaller('shop', 'web'));
  const ask = (verb: string, namespace?: string) =>
    judge(grants, { verb, group: '', resource: 'pods', namespace });

  it.each([
    ['watch', undefined, 'allowed', /ClusterRole watcher via ClusterRoleBinding all$/],
    ['get', 'shop', 'allowed', /ClusterRole reader via RoleBinding web-reads in namespace shop/],
    ['patch', 'shop', 'allowed', /Role patcher via RoleBinding web-patches/],
    // The Role of the same name is another one, in whose stead nothing is taken.
    ['delete', 'shop', 'denied', /No role/],
    ['get', 'bank', 'allowed', /guests/],
    ['patch', 'bank', 'denied', /No role/],
    ['get', 'elsewhere', 'denied', /No role/],
    ['get', undefined, 'partly', /Only in namespaces bank and shop/],
    ['patch', undefined, 'partly', /Only in namespace shop/],
  ])('%s in %s: %s', (verb, namespace, reach, says) => {
    const verdict = ask(verb, namespace);
    expect(verdict.reach).toBe(reach);
    expect(verdict.says).toMatch(says);
  });

  it('tells of roles that are missing', () => {
    expect(grants.flatMap(({ fault }) => fault ?? [])).toEqual([
      'ClusterRoleBinding gone names ClusterRole lost, which is not there',
      'ClusterRoleBinding a-role names Role patcher, which is not there',
      'RoleBinding other names Role patcher, which is not there',
    ]);
  });

  it('a user is bound by name and by groups, and is no ServiceAccount', () => {
    const caller = { user: 'web', groups: ['system:authenticated'] };
    expect(grantsOf(WORLD, caller).map(({ says }) => says)).toEqual([
      'ClusterRole watcher via ClusterRoleBinding all',
      'Role patcher via ClusterRoleBinding a-role',
    ]);
  });

  it('reads hostile objects as nothing', () => {
    const hostile = [
      null,
      7,
      [],
      { metadata: 'x', roleRef: [], subjects: [null, { kind: 'User' }] },
      { __proto__: null },
    ];
    const objects = {
      clusterRoles: hostile,
      roles: hostile,
      clusterRoleBindings: hostile,
      roleBindings: hostile,
    };
    expect(grantsOf(objects, { user: 'x', groups: [] })).toEqual([]);
  });
});

describe('serviceAccountOf', () => {
  it.each([
    ['system:serviceaccount:shop:web', { namespace: 'shop', name: 'web' }],
    ['system:serviceaccount:shop', undefined],
    ['system:serviceaccount::web', undefined],
    ['system:serviceaccount:a:b:c', undefined],
    ['oncall', undefined],
  ])('%s', (user, expected) => {
    expect(serviceAccountOf(user)).toEqual(expected);
  });
});
